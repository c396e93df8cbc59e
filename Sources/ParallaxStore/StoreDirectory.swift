internal import Glibc
internal import ParallaxModel

/// Directories of the store, for its owner alone.
enum StoreDirectory {
  /// Makes a directory and those above it, as `mkdir -p -m 700`.
  static func make(_ path: String) throws(ParallaxError) {
    var current = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      current += "/" + part
      if mkdir(current, 0o700) != 0 && errno != EEXIST {
        throw StoreFailure.system("make the directory", current, errno)
      }
    }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw StoreFailure.system("use the store", path, ENOTDIR)
    }
  }

  /// Names of the entries, sorted; nothing when there is no such directory.
  static func entries(of path: String) throws(ParallaxError) -> [String] {
    guard let directory = opendir(path) else {
      if errno == ENOENT { return [] }
      throw StoreFailure.system("list the store", path, errno)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names.sorted()
  }

  /// Makes a new name in the directory durable.
  static func sync(_ path: String) throws(ParallaxError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreFailure.system("open the store", path, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StoreFailure.system("make the store durable", path, errno) }
  }
}
