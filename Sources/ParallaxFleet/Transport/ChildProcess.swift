internal import Foundation
internal import ParallaxModel
internal import Synchronization

/// A local process with its three streams, for the transports that are commands: `local`, `openssh` and `command`.
final class ChildProcess: CommandStream {
  /// How much of standard error is kept for messages.
  private static let diagnosticsLimit = 4096
  /// Seconds that a process which has ended waits for its standard error to be read: what it said last explains its
  /// status, but a child of its own may hold the stream open for as long as it likes.
  private static let lastWords = 0.5

  private struct State {
    var diagnostics: [UInt8] = []
    var closed = false
    var inputEnded = false
    /// Once it is reaped.
    var status: Int32?
    /// Its status may be told: it is reaped, and its standard error is read.
    var isOver = false
    var waiting: [CheckedContinuation<Int32, Never>] = []
  }

  /// What the threads hold that wait for the child: they must not keep its owner.
  private final class Child: Sendable {
    let process: SpawnedProcess
    let state = Mutex(State())
    let errorsEnd = DispatchSemaphore(value: 0)

    init(_ process: SpawnedProcess) { self.process = process }

    func signal(_ number: Int32) {
      state.withLock { if $0.status == nil { kill(process.pid, number) } }
    }
  }

  private let child: Child
  private let output: AsyncStream<[UInt8]>
  private let writer = DispatchQueue(label: "parallax.child.write")

  /// Starts `command[0]`, looked up in PATH. Errors: `linkFailed` where it cannot be started.
  init(_ command: [String]) throws {
    // A write to a process that has died must be an error, not the end of ours.
    Glibc.signal(SIGPIPE, SIG_IGN)
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
    output = stream
    let child = Child(try SpawnedProcess(command))
    self.child = child
    Self.pump(child.process.output) { bytes in
      if let bytes { continuation.yield(bytes) } else { continuation.finish() }
    }
    Self.pump(child.process.errors) { bytes in
      child.state.withLock {
        $0.diagnostics += bytes ?? []
        $0.diagnostics.removeFirst(max(0, $0.diagnostics.count - Self.diagnosticsLimit))
      }
      if bytes == nil { child.errorsEnd.signal() }
    }
    Thread.detachNewThread { Self.awaitEnd(of: child) }
  }

  deinit { endInput() }

  /// A thread that blocks in read: chunks are handed on the moment they arrive, whatever their size; nil is the end.
  private static func pump(_ descriptor: Int32, _ take: @escaping @Sendable ([UInt8]?) -> Void) {
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count > 0 {
          take(Array(buffer[..<count]))
        } else if count == 0 || errno != EINTR {
          break
        }
      }
      take(nil)
      Glibc.close(descriptor)
    }
  }

  private static func awaitEnd(of child: Child) {
    child.process.waitForEnd()
    // Reaped under the lock: until then its number belongs to nobody else, and a signal reaches it or nobody.
    let status = child.state.withLock { state in
      let status = child.process.reap()
      state.status = status
      return status
    }
    _ = child.errorsEnd.wait(timeout: .now() + lastWords)
    let waiting = child.state.withLock { state in
      state.isOver = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume(returning: status) }
  }

  func write(_ bytes: [UInt8]) async throws {
    let descriptor = child.process.input
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      writer.async {
        guard !self.child.state.withLock({ $0.inputEnded }) else {
          return done.resume(throwing: ParallaxError(.linkFailed, "the process is given no more input"))
        }
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
    writer.async { self.endInput() }
  }

  private func endInput() {
    child.state.withLock { state in
      if !state.inputEnded { Glibc.close(child.process.input) }
      state.inputEnded = true
    }
  }

  func read() async throws -> [UInt8]? {
    // Iterators of one stream share its buffer: each call takes the next chunk.
    var iterator = output.makeAsyncIterator()
    return await iterator.next()
  }

  /// Waits for the process to end and for its last words; 128 + signal where it was killed by one.
  func exitStatus() async -> Int32 {
    await withCheckedContinuation { continuation in
      let known = child.state.withLock { state -> Int32? in
        guard state.isOver else {
          state.waiting.append(continuation)
          return nil
        }
        return state.status
      }
      if let known { continuation.resume(returning: known) }
    }
  }

  func diagnostics() async -> String {
    child.state.withLock { String(decoding: $0.diagnostics, as: UTF8.self) }
  }

  func close() async {
    let first = child.state.withLock { state in
      defer { state.closed = true }
      return !state.closed
    }
    guard first else { return }
    finishWriting()
    // An agent ends by itself when its input closes; what is still there after a second is ended, stopped or not.
    let child = child
    DispatchQueue.global().asyncAfter(deadline: .now() + 1) { child.signal(SIGTERM) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 2) { child.signal(SIGKILL) }
  }
}
