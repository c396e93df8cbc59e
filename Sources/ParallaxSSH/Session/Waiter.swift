internal import Synchronization

/// Something that can be given up before its answer comes: by its deadline, by cancellation, by the session's end.
package protocol Abandonable: Sendable {
  var isSettled: Bool { get }
  @discardableResult func fail(_ error: SSHError) -> Bool
}

/// One suspended caller: settled once, by whoever comes first; later answers are turned away.
package final class Waiter<Value: Sendable>: Abandonable {
  private enum State {
    case idle
    case suspended(CheckedContinuation<Result<Value, SSHError>, Never>)
    /// Settled before the caller was suspended.
    case early(Result<Value, SSHError>)
    case settled
  }

  private let state = Mutex<State>(.idle)

  package init() {}

  package var isSettled: Bool {
    state.withLock {
      switch $0 {
      case .idle, .suspended: false
      case .early, .settled: true
      }
    }
  }

  /// False if the caller is gone already: what was meant for it is still to be given away.
  @discardableResult
  package func succeed(_ value: Value) -> Bool { settle(.success(value)) }

  @discardableResult
  package func fail(_ error: SSHError) -> Bool { settle(.failure(error)) }

  private func settle(_ result: Result<Value, SSHError>) -> Bool {
    let continuation: CheckedContinuation<Result<Value, SSHError>, Never>?
    let accepted: Bool
    (continuation, accepted) = state.withLock { state in
      switch state {
      case .idle:
        state = .early(result)
        return (nil, true)
      case .suspended(let continuation):
        state = .settled
        return (continuation, true)
      case .early, .settled:
        return (nil, false)
      }
    }
    continuation?.resume(returning: result)
    return accepted
  }

  private func suspend(_ continuation: CheckedContinuation<Result<Value, SSHError>, Never>) {
    let early: Result<Value, SSHError>? = state.withLock { state in
      if case .early(let result) = state {
        state = .settled
        return result
      }
      state = .suspended(continuation)
      return nil
    }
    if let early { continuation.resume(returning: early) }
  }

  /// Suspends the caller until `start`, or whatever it handed the waiter to, settles it. Cancelling the task settles
  /// it too, at once.
  package static func wait(_ start: (Waiter<Value>) -> Void) async throws(SSHError) -> Value {
    let waiter = Waiter<Value>()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        waiter.suspend(continuation)
        start(waiter)
      }
    } onCancel: {
      waiter.fail(SSHError(.cancelled, "cancelled"))
    }
    return try result.get()
  }
}

/// A value that comes once, awaited by any number of callers.
final class Promise<Value: Sendable>: Sendable {
  private struct State {
    var result: Result<Value, SSHError>?
    var waiters: [Waiter<Value>] = []
  }

  private let state = Mutex(State())

  func settle(_ result: Result<Value, SSHError>) {
    let waiters = state.withLock { state -> [Waiter<Value>] in
      guard state.result == nil else { return [] }
      state.result = result
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { Self.settle(waiter, result) }
  }

  func add(_ waiter: Waiter<Value>) {
    let result = state.withLock { state in
      if state.result == nil { state.waiters.append(waiter) }
      return state.result
    }
    if let result { Self.settle(waiter, result) }
  }

  private static func settle(_ waiter: Waiter<Value>, _ result: Result<Value, SSHError>) {
    switch result {
    case .success(let value): waiter.succeed(value)
    case .failure(let error): waiter.fail(error)
    }
  }
}
