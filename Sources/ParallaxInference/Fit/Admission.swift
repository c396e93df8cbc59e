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

  let times: [Double]
  /// nil where no decision was seen.
  let admitted: [Bool?]
  /// What each took from the bucket if nothing is taken by a denial.
  let taken: [Double]
  var count: Int { times.count }
  var span: Double { (times.last ?? 0) - (times.first ?? 0) }

  init(_ admissions: [Admission]) {
    var sorted = admissions.sorted { $0.time < $1.time }
    // The network may swap neighbours: within a cluster the successes came first.
    for _ in 0..<12 {
      var isSettled = true
      for index in sorted.indices.dropLast() {
        let (first, second) = (sorted[index], sorted[index + 1])
        guard first.outcome == .denied, second.outcome == .admitted, second.time - first.time < Self.jitter else {
          continue
        }
        sorted[index] = Admission(time: first.time, outcome: .admitted)
        sorted[index + 1] = Admission(time: second.time, outcome: .denied)
        isSettled = false
      }
      if isSettled { break }
    }
    times = sorted.map(\.time)
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
    let denials = times.indices.filter { admitted[$0] == false }
    return denials.first { index in
      times.indices[index...].prefix(3).count { admitted[$0] == false } >= 2 || index >= count - 2
    }
  }
}
