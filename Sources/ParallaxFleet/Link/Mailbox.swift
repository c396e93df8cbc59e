internal import ParallaxModel
internal import ParallaxWire

/// Answers that somebody waits for, by what they answer. An answer may come before anybody asks for it.
struct Mailbox {
  enum Label: Hashable {
    case hello, plan
    case pong(UInt64)
    case batch(Int)
  }

  private var arrived: [Label: AgentMessage] = [:]
  private var waiting: [Label: CheckedContinuation<AgentMessage, any Error>] = [:]
  private var failure: ParallaxError?

  mutating func put(_ message: AgentMessage, for label: Label) {
    if let continuation = waiting.removeValue(forKey: label) {
      continuation.resume(returning: message)
    } else {
      arrived[label] = message
    }
  }

  mutating func take(_ label: Label, _ continuation: CheckedContinuation<AgentMessage, any Error>) {
    if let message = arrived.removeValue(forKey: label) {
      continuation.resume(returning: message)
    } else if let failure {
      continuation.resume(throwing: failure)
    } else {
      waiting[label] = continuation
    }
  }

  /// Nothing more will come: everybody who waits, now or later, gets the error.
  mutating func fail(_ error: ParallaxError) {
    guard failure == nil else { return }
    failure = error
    for continuation in waiting.values { continuation.resume(throwing: error) }
    waiting = [:]
  }

  var failed: ParallaxError? { failure }
}
