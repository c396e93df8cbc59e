internal import ParallaxModel

/// How long a request takes to the target and back from each vantage, at rest: the fastest first byte of a request that
/// passed. What the target itself takes to answer is part of it, the same for all vantages as long as answers of one kind
/// are compared: a refusal comes at once where an answer is slow, and would make its vantage look nearer.
struct RoundTrips: Sendable {
  /// Assumed until something was measured, nanoseconds.
  private static let unknown = 50e6

  private var passed: [Double?]
  /// Of requests that did not pass, for vantages of which none did.
  private var refused: [Double?]
  /// The slowest answer that passed in triage, seconds: what is normal for this target.
  private(set) var slowest = 0.0

  init(vantages: Int) {
    passed = Array(repeating: nil, count: vantages)
    refused = passed
  }

  mutating func learn(_ observation: Observation, vantage: Int) {
    guard let firstByte = observation.firstByte, observation.answer.failure == nil else { return }
    let time = max(0, firstByte - observation.sent) * 1e9
    if observation.reading == .passed {
      passed[vantage] = min(passed[vantage] ?? time, time)
    } else {
      refused[vantage] = min(refused[vantage] ?? time, time)
    }
    if observation.stage == .triage { slowest = max(slowest, observation.end - observation.sent) }
  }

  /// Half the round trip, nanoseconds: what a request needs to arrive.
  func half(of vantage: Int) -> Double { (passed[vantage] ?? refused[vantage] ?? Self.unknown) / 2 }
}
