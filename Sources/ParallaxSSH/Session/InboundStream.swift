internal import Synchronization

/// Bytes that the session's thread delivers and one reader takes.
package final class InboundStream: Sendable {
  /// What happens when the reader does not keep up.
  package enum Overflow: Sendable {
    /// The thread stops delivering, and the flow control of SSH stops the sender.
    case pause
    /// The oldest bytes are dropped; the stream never stops.
    case keepTail
  }

  private struct State {
    var buffer: [UInt8] = []
    var ending: Result<Void, SSHError>?
    var waiters: [Waiter<[UInt8]?>] = []
  }

  private let state = Mutex(State())
  private let limit: Int
  private let overflow: Overflow

  package init(limit: Int, overflow: Overflow) {
    self.limit = limit
    self.overflow = overflow
  }

  // MARK: The thread's side

  package var acceptsMore: Bool {
    overflow == .keepTail || state.withLock { $0.buffer.count < limit }
  }

  package func deliver(_ bytes: some Collection<UInt8>) {
    state.withLock { state in
      guard state.ending == nil else { return }
      while !state.waiters.isEmpty {
        if state.waiters.removeFirst().succeed(Array(bytes)) { return }
      }
      state.buffer += bytes
      // Trimmed at twice the limit, so that a byte is moved once on average.
      if overflow == .keepTail, state.buffer.count > 2 * limit {
        state.buffer.removeFirst(state.buffer.count - limit)
      }
    }
  }

  /// The end of the stream: success for its regular end. What was delivered before can still be read.
  package func end(_ result: Result<Void, SSHError>) {
    let waiters = state.withLock { state -> [Waiter<[UInt8]?>] in
      guard state.ending == nil else { return [] }
      state.ending = result
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { Self.settle(waiter, result) }
  }

  // MARK: The reader's side

  /// Gives the waiter what is there, nil at the end, or keeps it until something comes. True if the thread had paused
  /// and may go on.
  package func read(_ waiter: Waiter<[UInt8]?>) -> Bool {
    state.withLock { state in
      if !state.buffer.isEmpty {
        let wasFull = state.buffer.count >= limit
        if waiter.succeed(state.buffer) { state.buffer = [] }
        return wasFull
      }
      if let ending = state.ending {
        Self.settle(waiter, ending)
      } else {
        state.waiters.removeAll { $0.isSettled }
        state.waiters.append(waiter)
      }
      return false
    }
  }

  /// Takes what is buffered, without waiting; of an overflowing stream its last `limit` bytes.
  package func takeBuffered() -> [UInt8] {
    state.withLock { state in
      defer { state.buffer = [] }
      return overflow == .keepTail ? Array(state.buffer.suffix(limit)) : state.buffer
    }
  }

  private static func settle(_ waiter: Waiter<[UInt8]?>, _ ending: Result<Void, SSHError>) {
    switch ending {
    case .success: waiter.succeed(nil)
    case .failure(let error): waiter.fail(error)
    }
  }
}
