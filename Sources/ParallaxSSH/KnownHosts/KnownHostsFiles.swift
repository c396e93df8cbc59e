internal import Glibc
internal import Synchronization

/// The known_hosts files of many sessions, read once: hundreds of sessions begin at the same time, with the same files of
/// hundreds of lines.
enum KnownHostsFiles {
  /// What tells that a file is the one that was read.
  private struct State: Equatable {
    var path: String
    var device: UInt = 0
    var inode: UInt = 0
    var size = 0
    var changed: [Int] = []

    init(_ path: String) {
      self.path = path
      var status = stat()
      guard stat(path, &status) == 0 else { return }
      device = UInt(status.st_dev)
      inode = UInt(status.st_ino)
      size = Int(status.st_size)
      changed = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
    }
  }

  /// The files that were asked for last.
  private static let last = Mutex<(states: [State], hosts: KnownHosts)?>(nil)

  /// What the files hold, in their order; those that do not exist are passed over. Errors: `.knownHostsUnreadable`.
  static func read(_ paths: [String], limit: Int) throws(SSHError) -> KnownHosts {
    // Taken before the reading: a file that changes meanwhile is read again by the next session.
    let states = paths.map(State.init)
    return try last.withLock { last throws(SSHError) in
      if let last, last.states == states { return last.hosts }
      var hosts = KnownHosts()
      for path in paths {
        do throws(File.Failure) {
          guard let contents = try File.read(path, limit: limit) else { continue }
          hosts.read(contents, file: path)
        } catch {
          throw SSHError(.knownHostsUnreadable, "cannot read \(path): \(error.reason)")
        }
      }
      last = (states, hosts)
      return hosts
    }
  }
}
