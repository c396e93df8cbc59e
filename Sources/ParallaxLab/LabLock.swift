internal import Foundation
internal import ParallaxModel

/// One lab command at a time works in a directory. The kernel drops the lock when its holder dies.
struct LabLock: ~Copyable {
  private let descriptor: Int32

  init(_ directory: String) throws(ParallaxError) {
    descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ParallaxError(.labFailed, "\(directory) cannot be opened", cause: String(cString: strerror(errno)))
    }
    // A child that another thread has just begun to start holds a copy of the descriptor for a moment.
    guard Deadline(seconds: 2).wait(until: { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }) else {
      close(descriptor)
      throw ParallaxError(
        .labFailed, "another lab command is at work in \(directory)", remedy: "wait until it has ended")
    }
  }

  deinit { close(descriptor) }
}
