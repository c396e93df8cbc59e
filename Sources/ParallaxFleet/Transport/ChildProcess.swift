internal import Foundation
internal import ParallaxModel
internal import Synchronization

/// A local process with its three streams, for the transports that are commands: `local`, `openssh` and `command`.
final class ChildProcess: CommandStream {
  /// How much of standard error is kept for messages.
  private static let diagnosticsLimit = 4096

  private struct State {
    var diagnostics: [UInt8] = []
    var closed = false
    var status: Int32?
    var waiting: [CheckedContinuation<Int32, Never>] = []
  }

  private let process = Process()
  private let input = Pipe()
  private let output: AsyncStream<[UInt8]>
  private let writer = DispatchQueue(label: "parallax.child.write")
  private let state = Mutex(State())

  /// Starts `command[0]`, looked up in PATH. Errors: `linkFailed` where it cannot be started.
  init(_ command: [String]) throws {
    // A write to a process that has died must be an error, not the end of ours.
    signal(SIGPIPE, SIG_IGN)
    let outputPipe = Pipe()
    let errorPipe = Pipe()
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
    output = stream
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["--"] + command
    process.standardInput = input
    process.standardOutput = outputPipe
    process.standardError = errorPipe
    process.terminationHandler = { [weak self] in self?.ended(with: $0) }
    do {
      try process.run()
    } catch {
      throw ParallaxError(.linkFailed, "\(command[0]) cannot be started", cause: "\(error)")
    }
    Self.pump(outputPipe.fileHandleForReading) { bytes in
      if let bytes { continuation.yield(bytes) } else { continuation.finish() }
    }
    Self.pump(errorPipe.fileHandleForReading) { [weak self] bytes in
      self?.state.withLock {
        $0.diagnostics += bytes ?? []
        $0.diagnostics.removeFirst(max(0, $0.diagnostics.count - Self.diagnosticsLimit))
      }
    }
  }

  /// A thread that blocks in read: chunks are handed on the moment they arrive, whatever their size; nil is the end.
  private static func pump(_ handle: FileHandle, _ take: @escaping @Sendable ([UInt8]?) -> Void) {
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = Glibc.read(handle.fileDescriptor, &buffer, buffer.count)
        if count > 0 {
          take(Array(buffer[..<count]))
        } else if count == 0 || errno != EINTR {
          break
        }
      }
      take(nil)
      try? handle.close()
    }
  }

  private func ended(with process: Process) {
    let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    let waiting = state.withLock { state in
      state.status = status
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume(returning: status) }
  }

  func write(_ bytes: [UInt8]) async throws {
    let descriptor = input.fileHandleForWriting.fileDescriptor
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      writer.async {
        var rest = bytes[...]
        while !rest.isEmpty {
          let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
          if count > 0 {
            rest = rest.dropFirst(count)
          } else if errno != EINTR {
            let reason = String(cString: strerror(errno))
            return done.resume(throwing: ParallaxError(.linkFailed, "the process no longer reads", cause: reason))
          }
        }
        done.resume()
      }
    }
  }

  func finishWriting() {
    writer.async { [input] in try? input.fileHandleForWriting.close() }
  }

  func read() async throws -> [UInt8]? {
    // Iterators of one stream share its buffer: each call takes the next chunk.
    var iterator = output.makeAsyncIterator()
    return await iterator.next()
  }

  /// Waits for the process to end; 128 + signal where it was killed by one.
  func exitStatus() async -> Int32 {
    await withCheckedContinuation { continuation in
      let known = state.withLock { state -> Int32? in
        if state.status == nil { state.waiting.append(continuation) }
        return state.status
      }
      if let known { continuation.resume(returning: known) }
    }
  }

  func diagnostics() async -> String {
    state.withLock { String(decoding: $0.diagnostics, as: UTF8.self) }
  }

  func close() async {
    let first = state.withLock { state in
      defer { state.closed = true }
      return !state.closed
    }
    guard first else { return }
    finishWriting()
    // An agent ends by itself when its input closes; what is still there after a second is ended, stopped or not.
    let process = process
    DispatchQueue.global().asyncAfter(deadline: .now() + 1) {
      if process.isRunning { process.terminate() }
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + 2) {
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
  }
}
