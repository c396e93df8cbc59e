internal import ParallaxModel

/// Reads outcomes as answers of one limiter.
struct Refusal: Sendable {
  let signature: Signature

  /// The limiter's own signature from the verdict, or else the most frequent refusal of the reference; nil when nothing
  /// was refused.
  init?(of run: MeasuredRun, limiter: Int = 0) {
    if let limiters = run.verdict?.limiters, limiters.indices.contains(limiter) {
      signature = limiters[limiter].signature
      return
    }
    var counts: [Signature: Int] = [:]
    for observation in run.observations where observation.cell == 0 {
      if case .limited(let seen) = observation.reading { counts[seen, default: 0] += 1 }
    }
    guard let most = counts.max(by: { ($0.value, $1.key.body) < ($1.value, $0.key.body) })?.key else { return nil }
    signature = most
  }

  /// Whether it denied the request; nil when the outcome says nothing about this limiter.
  func denied(_ observation: Observation) -> Bool? {
    switch observation.reading {
    case .passed: return false
    case .limited(let seen): return seen == signature ? true : nil
    case .void(.silence): return signature.effect == .silence ? true : nil
    case .void(.reset): return signature.effect == .reset ? true : nil
    case .void: return nil
    }
  }
}
