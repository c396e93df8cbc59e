internal import Glibc
public import ParallaxModel

/// The posterior over the causes of a fresh key's refusal, as looks come in.
///
/// P(looks | hypothesis) = P(looks at cells that should pass) x P(looks at cells that should be limited, by the course
/// in time) x P(what the answers say). Looks at a cell that pass against expectation, or are limited so, are noise of
/// 1.5 % each.
public struct CausePosterior: Sendable {
  public let design: Design
  public private(set) var looks: [CauseLook] = []
  private let unixTimeAtZero: Double?
  private let hypotheses: [CauseHypothesis]

  /// - Parameter unixTimeAtZero: Unix time at the zero of the looks' clock, in seconds; nil when unknown, then no
  ///   window is taken to end with an hour or a day.
  public init(design: Design, unixTimeAtZero: Double? = nil) {
    self.design = design
    self.unixTimeAtZero = unixTimeAtZero
    hypotheses = CauseCatalogue(design: design).hypotheses
  }

  /// Looks must come in the order of their times.
  public mutating func add(_ look: CauseLook) { looks.append(look) }

  /// As if only this cell had been looked at.
  public func restricted(to cell: Int) -> CausePosterior {
    var copy = self
    copy.looks = looks.filter { $0.cell == cell }
    return copy
  }

  public func estimate() -> CauseEstimate {
    CauseEstimate(hypotheses, posterior: posterior())
  }

  /// When the target said last that it would be over.
  public var promisedEnd: Double? { SignalEvidence(looks).promises.last }

  /// Whether the last look at the reference was a refusal: then it is not over, whatever passed before.
  public var endsLimited: Bool { looks.last { $0.cell == 0 }?.outcome == .limited }

  /// The cause that is sure enough, if there is one. That it was nothing is not said right after a refusal.
  ///
  /// - Parameter threshold: the least probability.
  public func settled(from threshold: Double) -> CauseKind? {
    let best = estimate().best
    guard best.posterior >= threshold, best.cause != .nothing || !endsLimited else { return nil }
    return best.cause
  }

  private func posterior() -> [Double] {
    let logs = logLikelihoods(of: hypotheses, looks)
    let weighted = hypotheses.indices.map { log(hypotheses[$0].prior) + logs[$0] }
    let total = logSumExp(weighted)
    return weighted.map { exp($0 - total) }
  }

  /// How much a look at a cell would tell about the cause on average, in bits (mutual information).
  ///
  /// - Parameter times: when, each asked about by itself.
  public func expectedInformation(ofLookingAt cell: Int, at times: [Double]) -> [Double] {
    let posterior = posterior()
    let kept = hypotheses.indices.filter { posterior[$0] > 1e-5 }
    let alive = kept.map { hypotheses[$0] }
    let weights = kept.map { posterior[$0] }
    let outcomes: [CauseLook.Outcome] =
      design.cells[cell].hasUnknownKey ? CauseLook.Outcome.allCases : [.limited, .accepted]
    return times.map { time in
      let logs = outcomes.map { outcome in
        logLikelihoods(of: alive, looks + [CauseLook(time: time, cell: cell, outcome: outcome)], signals: false)
      }
      var byCause: [CauseKind: [Double]] = [:]
      for index in alive.indices {
        let total = logSumExp(logs.map { $0[index] })
        for outcome in outcomes.indices {
          byCause[alive[index].cause, default: Array(repeating: 0, count: outcomes.count)][outcome] +=
            weights[index] * exp(logs[outcome][index] - total)
        }
      }
      return Self.mutualInformation(byCause.values.sorted { $0[0] < $1[0] })
    }
  }

  /// Of a table of joint probabilities, one row for each cause, in bits.
  private static func mutualInformation(_ rows: [[Double]]) -> Double {
    guard let width = rows.first?.count else { return 0 }
    let columns = (0..<width).map { column in rows.reduce(0) { $0 + $1[column] } }
    return rows.reduce(0) { sum, row in
      let total = row.reduce(0, +)
      return row.indices.reduce(sum) { sum, column in
        let joint = row[column]
        return joint > 0 ? sum + joint * log2(joint / (total * columns[column])) : sum
      }
    }
  }

  private func logLikelihoods(
    of hypotheses: [CauseHypothesis], _ looks: [CauseLook], signals: Bool = true
  ) -> [Double] {
    let evidence = SignalEvidence(looks)
    let course = CourseLikelihood(unixTimeAtZero: unixTimeAtZero, promises: evidence.promises)
    let looked = looks.reduce(into: CellMask(0)) { $0 |= 1 << CellMask($1.cell) }
    var courses: [CourseCase: Double] = [:]
    return hypotheses.map { hypothesis in
      let limited = hypothesis.limited & looked
      let key = CourseCase(limited: limited, course: hypothesis.course)
      let inCourse =
        courses[key]
        ?? course.logLikelihood(
          looks.filter { limited & (1 << CellMask($0.cell)) != 0 }.map {
            CourseLook(time: $0.time, limited: $0.outcome == .limited)
          }, course: hypothesis.course)
      courses[key] = inCourse
      let others = looks.reduce(0.0) { sum, look in
        sum + logLikelihood(look, isLimited: limited & (1 << CellMask(look.cell)) != 0, hypothesis)
      }
      return inCourse + others + (signals ? SignalLikelihood.logLikelihood(evidence, of: hypothesis) : 0)
    }
  }

  /// Of what a look says beside the course of the limited cells.
  private func logLikelihood(_ look: CauseLook, isLimited: Bool, _ hypothesis: CauseHypothesis) -> Double {
    var sum = 0.0
    if !isLimited { sum += look.outcome == .limited ? CourseLikelihood.odd : CourseLikelihood.expected }
    if look.outcome != .limited, design.cells[look.cell].hasUnknownKey {
      sum += (look.outcome == .refused) == hypothesis.knowsKeys ? CourseLikelihood.expected : CourseLikelihood.odd
    }
    return sum
  }
}

/// Looks whose likelihood is the same under all hypotheses that agree in these.
private struct CourseCase: Hashable {
  var limited: CellMask
  var course: CauseHypothesis.Course
}
