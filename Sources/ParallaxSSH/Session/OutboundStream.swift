internal import Synchronization

/// Bytes that callers queue and the session's thread sends, in the order of the calls.
///
/// Up to `limit` bytes are taken at once; a write beyond that waits for room. It is taken whole or not at all, so a
/// cancelled write never leaves a torn message behind.
package final class OutboundStream: Sendable {
  package enum Next {
    case chunk(ArraySlice<UInt8>)
    case endOfInput
    case nothing
  }

  private struct State {
    /// Admitted chunks, and the index of the first that is still to be sent.
    var queue: [ArraySlice<UInt8>] = []
    var head = 0
    var queuedBytes = 0
    var waiting: [(bytes: ArraySlice<UInt8>, waiter: Waiter<Void>)] = []
    var finished = false
    var failure: SSHError?
  }

  private let state = Mutex(State())
  private let limit: Int

  package init(limit: Int) {
    self.limit = limit
  }

  // MARK: The writers' side

  /// A slice is queued as it is: it keeps what it is a part of, and copies nothing.
  package func write(_ bytes: ArraySlice<UInt8>, _ waiter: Waiter<Void>) {
    state.withLock { state in
      if let failure = state.failure {
        waiter.fail(failure)
      } else if state.finished {
        waiter.fail(SSHError(.closed, "a write after the end of input"))
      } else if state.waiting.isEmpty, state.queuedBytes < limit {
        Self.admit(bytes, waiter, &state)
      } else {
        state.waiting.append((bytes, waiter))
      }
    }
  }

  /// How many writes wait for room.
  package var waitingWrites: Int { state.withLock { $0.waiting.count } }

  /// No more writes: the end of input follows what is queued.
  package func finish() {
    state.withLock { $0.finished = true }
  }

  // MARK: The thread's side

  package func next() -> Next {
    state.withLock { state in
      guard state.failure == nil else { return .nothing }
      guard state.head < state.queue.count else { return state.finished ? .endOfInput : .nothing }
      let chunk = state.queue[state.head]
      state.queue[state.head] = []
      state.head += 1
      if state.head == state.queue.count || state.head == 1024 {
        state.queue.removeFirst(state.head)
        state.head = 0
      }
      state.queuedBytes -= chunk.count
      while state.queuedBytes < limit, !state.waiting.isEmpty {
        let (bytes, waiter) = state.waiting.removeFirst()
        Self.admit(bytes, waiter, &state)
      }
      return .chunk(chunk)
    }
  }

  /// Nothing more can be sent: queued bytes are dropped, waiting and later writes fail.
  package func fail(_ error: SSHError) {
    let waiting = state.withLock { state -> [(bytes: ArraySlice<UInt8>, waiter: Waiter<Void>)] in
      guard state.failure == nil else { return [] }
      state.failure = error
      state.queue = []
      state.head = 0
      defer { state.waiting = [] }
      return state.waiting
    }
    for (_, waiter) in waiting { waiter.fail(error) }
  }

  private static func admit(_ bytes: ArraySlice<UInt8>, _ waiter: Waiter<Void>, _ state: inout State) {
    // A writer that was cancelled or timed out while it waited has been told so: its bytes must not be sent.
    guard waiter.succeed(()), !bytes.isEmpty else { return }
    state.queue.append(bytes)
    state.queuedBytes += bytes.count
  }
}
