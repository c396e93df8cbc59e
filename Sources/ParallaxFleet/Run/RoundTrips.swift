internal import ParallaxModel

/// How long a request takes to the target and back from each vantage, at rest: the fastest first byte seen.
struct RoundTrips: Sendable {
  /// Assumed until something was measured, nanoseconds.
  private static let unknown = 50e6

  private var fastest: [Double?]
  /// The slowest answer that passed in triage, seconds: what is normal for this target.
  private(set) var slowest = 0.0

  init(vantages: Int) { fastest = Array(repeating: nil, count: vantages) }

  mutating func learn(_ observation: Observation, vantage: Int) {
    guard let firstByte = observation.firstByte, observation.answer.failure == nil else { return }
    let time = max(0, firstByte - observation.sent) * 1e9
    fastest[vantage] = min(fastest[vantage] ?? time, time)
    if observation.stage == .triage { slowest = max(slowest, observation.end - observation.sent) }
  }

  /// Half the round trip, nanoseconds: what a request needs to arrive.
  func half(of vantage: Int) -> Double { (fastest[vantage] ?? Self.unknown) / 2 }
}
