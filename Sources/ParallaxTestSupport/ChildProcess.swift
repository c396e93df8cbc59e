internal import Foundation
internal import Glibc
internal import ParallaxLab
internal import Synchronization

/// A program run by a test: its output is captured, it can be signalled by its process id, and it does not outlive the
/// fixture.
package final class ChildProcess: Sendable {
  package let pid: Int32
  private let standardInput: Mutex<Int32?>
  private let output: Int32
  private let errors: Int32
  private let status = Mutex<Int32?>(nil)

  /// Starts the program with exactly this environment. Its standard input is a pipe held open until `closeInput`.
  package init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = Spawn.bareEnvironment
  ) throws {
    let input = try Pipe.make()
    defer { close(input.reader) }
    output = try Self.unnamedFile()
    errors = try Self.unnamedFile()
    standardInput = Mutex(input.writer)
    var spawn = Spawn(executable, arguments, environment: environment)
    spawn.standardInput = input.reader
    spawn.standardOutput = output
    spawn.standardError = errors
    pid = try spawn.start()
  }

  deinit {
    if status.withLock({ $0 }) == nil, Child.collect(pid) == nil {
      kill(pid, SIGKILL)
      _ = Child.wait(pid)
    }
    closeInput()
    close(output)
    close(errors)
  }

  /// All that the program has written so far.
  package var outputText: String { Self.text(output) }
  package var errorText: String { Self.text(errors) }

  package func closeInput() {
    standardInput.withLock { descriptor in
      if let open = descriptor { close(open) }
      descriptor = nil
    }
  }

  /// Writes to its standard input.
  package func write(_ text: String) throws {
    try standardInput.withLock { descriptor in
      guard let open = descriptor else { throw POSIXError(.EBADF) }
      let bytes = Array(text.utf8)
      guard Glibc.write(open, bytes, bytes.count) == bytes.count else { throw POSIXError(.EPIPE) }
    }
  }

  package func signal(_ number: Int32) {
    status.withLock { ended in
      if ended == nil { kill(pid, number) }
    }
  }

  /// Waits for the end and returns the exit status, or 128 plus the ending signal; nil when the seconds are over first.
  package func exitStatus(within seconds: Double) async throws -> Int32? {
    let deadline = Deadline(seconds: seconds)
    while true {
      let ended = status.withLock { status in
        if status == nil { status = Child.collect(pid) }
        return status
      }
      if ended != nil || deadline.isOver { return ended }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  private static func unnamedFile() throws -> Int32 {
    var template = Array((NSTemporaryDirectory() + "/parallax-output-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
    return descriptor
  }

  private static func text(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = pread(descriptor, &buffer, buffer.count, off_t(bytes.count))
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}
