internal import ParallaxModel

/// What the answers say by themselves, gathered over all looks: answers repeat themselves, so each thing counts once.
struct SignalEvidence: Hashable {
  enum Feature: Hashable, CaseIterable {
    case billing, quota, capacity, block, concurrency, entitlement, callersProxy
    /// A limit of nothing.
    case limitIsZero
    case nothingRemains
    /// Limited, although the answer says that something is left.
    case somethingRemains
    /// The declared wait grows from refusal to refusal.
    case waitGrows
    /// What remains goes up and down, as with several counters.
    case remainingJumps
    /// What remains falls by more than our own requests.
    case hiddenConsumption
    /// Refused with 403.
    case forbidden
  }

  private(set) var features: Set<Feature> = []
  /// The dimensions by which the answers say the limit goes.
  private(set) var scope: DimensionSet?
  /// When refusals of the reference said that it would be over, in order. The first refusal's word counts, then that
  /// of the first one after the end that it promised, and so on: what is said meanwhile is no further promise.
  private(set) var promises: [Double] = []
  /// Whether there was a refusal to speak.
  private(set) var hasSpoken = false

  init(_ looks: [CauseLook]) {
    for look in looks where look.outcome == .limited {
      hasSpoken = true
      take(refusal: look)
    }
    noteWaits(looks)
    noteConsumption(looks)
  }

  private mutating func take(refusal look: CauseLook) {
    if look.signature?.status == 403 { features.insert(.forbidden) }
    switch look.signature?.layer {
    case .billing?: features.insert(.billing)
    case .upstream?: features.insert(.capacity)
    default: break
    }
    for signal in look.signals {
      switch signal {
      case .limit(let value): if value <= 0 { features.insert(.limitIsZero) }
      case .remaining(let value): features.insert(value < 1 ? .nothingRemains : .somethingRemains)
      case .resets(let after):
        if look.cell == 0, after > 0, look.time > promises.last ?? -.infinity { promises.append(look.time + after) }
      case .scope(let dimensions): scope = dimensions
      case .speaks(let topic): if let feature = Self.feature(topic) { features.insert(feature) }
      }
    }
  }

  private static func feature(_ topic: CauseSignal.Topic) -> Feature? {
    switch topic {
    case .billing: .billing
    case .quota: .quota
    case .capacity: .capacity
    case .block: .block
    case .concurrency: .concurrency
    case .entitlement: .entitlement
    case .callersProxy: .callersProxy
    case .credential: nil
    }
  }

  private mutating func noteWaits(_ looks: [CauseLook]) {
    let waits = looks.filter { $0.cell == 0 && $0.outcome == .limited }.compactMap { look in
      look.signals.lazy.compactMap { if case .resets(let after) = $0, after > 0 { after } else { nil } }.first
    }
    let growths = zip(waits, waits.dropFirst()).count { $1 > 1.2 * $0 + 1 }
    if growths >= 2 { features.insert(.waitGrows) }
  }

  /// Compares what remains in consecutive answers of each cell.
  private mutating func noteConsumption(_ looks: [CauseLook]) {
    var last: [Int: (remaining: Double, index: Int)] = [:]
    var rises: [Int: Int] = [:]
    for (index, look) in looks.enumerated() where look.outcome == .accepted {
      guard let remaining = look.signals.lazy.compactMap({ if case .remaining(let r) = $0 { r } else { nil } }).first
      else { continue }
      if let before = last[look.cell] {
        let own = Double(index - before.index)
        if before.remaining - remaining > own + 1 { features.insert(.hiddenConsumption) }
        if remaining > before.remaining + 1 { rises[look.cell, default: 0] += 1 }
      }
      last[look.cell] = (remaining, index)
    }
    if rises.values.contains(where: { $0 >= 2 }) { features.insert(.remainingJumps) }
  }
}
