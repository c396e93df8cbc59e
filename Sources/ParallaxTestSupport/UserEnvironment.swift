/// The environment of a user whose home, store and cache lie below one folder.
package enum UserEnvironment {
  package static func variables(home: String) -> [String: String] {
    [
      "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": home, "XDG_STATE_HOME": home + "/state",
      "XDG_CACHE_HOME": home + "/cache", "LANG": "C.UTF-8",
    ]
  }
}
