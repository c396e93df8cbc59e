internal import Foundation
internal import ParallaxModel

/// The empty directory that an sshd run by root insists on. Debian's service makes it; a machine without that service
/// lacks it, and then the labs make it and the last of them removes it.
enum PrivilegeSeparation {
  private static let directory = "/run/sshd"
  private static let mark = directory + "/.made-by-parallax-lab"

  /// Keeps the directory in place while the body starts its servers.
  static func withDirectory<T>(_ body: () throws(ParallaxError) -> T) throws(ParallaxError) -> T {
    guard geteuid() == 0 else { return try body() }
    let lock = lockRun(LOCK_SH)
    defer { close(lock) }
    if mkdir(directory, 0o755) == 0 {
      close(open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
    }
    return try body()
  }

  /// Removes the directory if a lab made it and no sshd runs on the machine.
  static func removeIfUnused() {
    guard geteuid() == 0, access(mark, F_OK) == 0 else { return }
    let lock = lockRun(LOCK_EX)
    defer { close(lock) }
    if ProcessTable.all().contains(where: { ProcessTable.name($0) == "sshd" && ProcessIdentity(pid: $0) != nil }) {
      return
    }
    unlink(mark)
    rmdir(directory)
  }

  /// Labs that come up and go down at the same time agree through a lock on /run itself, which leaves no file.
  private static func lockRun(_ operation: Int32) -> Int32 {
    let descriptor = open("/run", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    while flock(descriptor, operation) != 0 && errno == EINTR {}
    return descriptor
  }
}
