/// A time at which another look at the reference may tell something.
struct Moment: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// After a gap that grows from look to look.
    case gap
    /// Just after the end that the target itself declared.
    case promisedEnd
    /// Just after a full minute, hour or day of UTC, when windows aligned to the clock end.
    case minute, hour, day

    var words: String {
      switch self {
      case .gap: "after a longer silence"
      case .promisedEnd: "just after the end that the target declared"
      case .minute: "just after the full minute"
      case .hour: "just after the full hour"
      case .day: "just after midnight UTC"
      }
    }
  }

  var kind: Kind
  /// On the notebook's clock, seconds.
  var time: Double
}

/// The times at which the reference is looked at again.
struct LookAhead: Sendable {
  /// Seconds after an edge, for clocks that differ.
  static let margin = 0.4
  static let firstGap = 1.0
  static let growth = 1.63

  /// How often each kind of moment is worth a look.
  static func limit(_ kind: Moment.Kind) -> Int {
    switch kind {
    case .gap: 10
    case .promisedEnd, .minute: 4
    case .hour: 2
    case .day: 1
    }
  }

  /// Looks of each kind that were taken, or that the user does not want to wait for.
  private var taken: [Moment.Kind: Int] = [:]

  /// What may be waited for between now and the deadline.
  func moments(_ notebook: Notebook, promisedEnd: Double?, deadline: Double) -> [Moment] {
    let now = notebook.now
    var moments: [Moment] = []
    moments.append(Moment(kind: .gap, time: now + gap))
    if let promisedEnd, promisedEnd > now {
      moments.append(Moment(kind: .promisedEnd, time: promisedEnd + Self.margin))
    }
    for (kind, length) in [(Moment.Kind.minute, 60.0), (.hour, 3600), (.day, 86_400)] {
      guard let edge = notebook.nextFull(length, after: now) else { continue }
      moments.append(Moment(kind: kind, time: edge + Self.margin))
    }
    return moments.filter { $0.time <= deadline && taken[$0.kind, default: 0] < Self.limit($0.kind) }
  }

  private var gap: Double {
    (0..<taken[.gap, default: 0]).reduce(Self.firstGap) { length, _ in length * Self.growth }
  }

  /// The moment was chosen.
  mutating func take(_ moment: Moment) { taken[moment.kind, default: 0] += 1 }

  /// The wait for the moment ended early: the user does not want to wait for its kind.
  mutating func skip(_ moment: Moment) { taken[moment.kind] = Self.limit(moment.kind) }
}
