internal import Foundation

/// Waiting for a child of this process.
package enum Child {
  /// Blocks until the child ends. Returns its exit status, or 128 plus the signal that ended it.
  package static func wait(_ pid: Int32) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return exitStatus(status)
  }

  /// Collects the child if it has ended; nil while it runs, and for a process that is no child of ours.
  package static func collect(_ pid: Int32) -> Int32? {
    var status: Int32 = 0
    return waitpid(pid, &status, WNOHANG) == pid ? exitStatus(status) : nil
  }

  /// The low seven bits of a wait status are the ending signal; the next byte is the exit status.
  private static func exitStatus(_ status: Int32) -> Int32 {
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}
