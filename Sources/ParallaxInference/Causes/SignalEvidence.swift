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
    /// What remains falls by our own requests alone, for some time.
    case onlyOurs
    /// Refused with 403.
    case forbidden
  }

  /// Seconds by which a reset may come early: headers are rounded to whole seconds, and clocks differ.
  private static let clockMargin = 2.0

  private(set) var features: Set<Feature> = []
  /// Two cells each, by mask, of which one was refused with nothing left until a later time, and the other found more
  /// than one left before that time: no single counter does that to both.
  private(set) var earlyOpenings: Set<CellMask> = []
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
    noteEarlyOpenings(looks)
  }

  private mutating func noteEarlyOpenings(_ looks: [CauseLook]) {
    var ends: [Int: Double] = [:]
    for look in looks where look.outcome != .refused {
      var remaining: Double?
      var reset: Double?
      for signal in look.signals {
        if case .remaining(let value) = signal { remaining = value }
        if case .resets(let after) = signal { reset = after }
      }
      guard let remaining else { continue }
      if look.outcome == .accepted, remaining > 1 {
        for (cell, end) in ends where look.time < end - Self.clockMargin {
          earlyOpenings.insert(1 << CellMask(cell) | 1 << CellMask(look.cell))
        }
      }
      if look.outcome == .limited, remaining < 1, let reset { ends[look.cell] = look.time + reset }
    }
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
      case .named: continue
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
    var last: [Int: (remaining: Double, index: Int, time: Double)] = [:]
    var rises: [Int: Int] = [:]
    var ours: (falls: Int, seconds: Double) = (0, 0)
    for (index, look) in looks.enumerated() where look.outcome != .refused {
      guard let remaining = look.signals.lazy.compactMap({ if case .remaining(let r) = $0 { r } else { nil } }).first
      else { continue }
      if let before = last[look.cell] {
        let own = Double(index - before.index)
        let fall = before.remaining - remaining
        if look.cell == 0, look.outcome == .accepted, (1...own).contains(fall) {
          ours = (ours.falls + 1, ours.seconds + look.time - before.time)
        }
        if look.outcome == .accepted, fall > own + 1 { features.insert(.hiddenConsumption) }
        if look.outcome == .accepted, remaining > before.remaining + 1 { rises[look.cell, default: 0] += 1 }
      }
      last[look.cell] = (remaining, index, look.time)
    }
    if rises.values.contains(where: { $0 >= 2 }) { features.insert(.remainingJumps) }
    if ours.falls >= 3, ours.seconds >= 5, !features.contains(.hiddenConsumption) { features.insert(.onlyOurs) }
  }
}
