/// One request that met the drained bucket, in whatever cell it was asked.
public struct Admission: Hashable, Sendable {
  public enum Outcome: Hashable, Sendable {
    case admitted
    case denied
    /// Let through by the limiter and failed behind it: it was counted, but no decision was seen.
    case admittedUnseen
    /// Lost: it may have been counted or not.
    case lost
  }

  /// Seconds since 1970, since windows may be aligned to the clock.
  public var time: Double
  public var outcome: Outcome

  public init(time: Double, outcome: Outcome) {
    self.time = time
    self.outcome = outcome
  }
}

/// The requests of one bucket in the order in which it must have seen them.
struct AdmissionLog {
  /// Requests closer than this, seconds, may have overtaken each other.
  static let jitter = 0.02
  /// What a lost request took on average.
  static let lost = 0.5
  /// Entries that are replayed at most. Half of them are what came before the bucket was drained, in groups if need be;
  /// the other half are what came right after, which tells how it recovers.
  static let most = 6000

  private(set) var times: [Double]
  /// nil where no decision was seen.
  private(set) var admitted: [Bool?]
  /// What each took from the bucket if nothing is taken by a denial.
  private(set) var taken: [Double]
  var count: Int { times.count }
  var span: Double { (times.last ?? 0) - (times.first ?? 0) }

  init(_ admissions: [Admission]) {
    var sorted = admissions
    sorted.sort { $0.time < $1.time }
    times = sorted.map(\.time)
    // The network may swap neighbours: where it did, the success came first. `sorted` keeps when each was seen.
    for _ in 0..<12 {
      var isSettled = true
      for index in sorted.indices.dropLast() {
        let (first, second) = (sorted[index], sorted[index + 1])
        guard first.outcome == .denied, second.outcome == .admitted, second.time - times[index] < Self.jitter else {
          continue
        }
        sorted.swapAt(index, index + 1)
        isSettled = false
      }
      if isSettled { break }
    }
    admitted = sorted.map {
      switch $0.outcome {
      case .admitted: true
      case .denied: false
      case .admittedUnseen, .lost: nil
      }
    }
    taken = sorted.map {
      switch $0.outcome {
      case .admitted, .admittedUnseen: 1
      case .denied: 0
      case .lost: Self.lost
      }
    }
  }

  /// Index of the first denial that more denials follow, so that an odd one does not count; nil without one.
  var saturation: Int? {
    times.indices.first { index in
      admitted[index] == false
        && (times.indices[index...].prefix(3).count { admitted[$0] == false } >= 2 || index >= count - 2)
    }
  }

  /// The same with at most `most` entries.
  ///
  /// - Parameter saturation: where it was drained.
  func condensed(around saturation: Int) -> AdmissionLog {
    guard count > Self.most else { return self }
    var short = self
    let half = Self.most / 2
    let size = max(1, (saturation + half - 1) / half)
    short.times = []
    short.admitted = []
    short.taken = []
    for start in stride(from: 0, to: saturation, by: size) {
      let group = start..<min(start + size, saturation)
      short.times.append(times[group.upperBound - 1])
      short.admitted.append(size == 1 ? admitted[start] : group.contains { admitted[$0] == true } ? true : nil)
      short.taken.append(taken[group].reduce(0, +))
    }
    let rest = saturation..<min(count, saturation + half)
    short.times += times[rest]
    short.admitted += admitted[rest]
    short.taken += taken[rest]
    return short
  }
}
