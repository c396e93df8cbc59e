internal import ArgumentParser
internal import ParallaxModel
internal import ParallaxSimulator

/// A figure that the benchmark must reach.
struct Goal {
  var name: String
  /// nil when no world of the series says anything about it.
  var value: Double?
  var target: Double
  var isAtMost: Bool
  var isShare = true

  var isMet: Bool {
    guard let value else { return true }
    return isAtMost ? value <= target : value >= target
  }

  static func all(of summary: Summary) -> [Goal] {
    verdicts(summary) + costs(summary.regular) + calibration(summary.regular) + parameters(summary.regular) + [
      atMost("analysis of 10^6 observations, s", summary.analysis.seconds, 2),
      atMost("its process, MB", summary.analysis.megabytes, 200),
      Goal(name: "its answer", value: summary.analysis.isRight ? 1 : 0, target: 1, isAtMost: false),
      // Five thousand worlds in three minutes on two cores.
      atMost(
        "core-seconds per world", summary.coreSeconds / Double(summary.results.count + summary.degraded.count),
        2 * 180.0 / 5000),
    ]
  }

  private static func verdicts(_ summary: Summary) -> [Goal] {
    let regular = summary.regular
    let banned = regular.filter { $0.truth.kind == .ban }
    let others = regular.filter { $0.truth.kind != .ban }
    // Where a cause is named, the question of the scope was not come to.
    let open = summary.results.filter { $0.judgement == .inconclusive && $0.conclusion.status != .determined }
    let explained = open.count { result in
      result.conclusion.inconclusive.map { !$0.because.isEmpty && !$0.toSettle.isEmpty } ?? false
    }
    let sticky = summary.stress.filter { $0.truth.kind == .stickyWorkers && $0.judgement != .inconclusive }
    return [
      Goal(name: "wrong", value: share(regular.count(of: .wrong), of: regular.count), target: 0.001, isAtMost: true),
      Goal(
        name: "correct without bans", value: share(others.count(of: .correct), of: others.count), target: 0.97,
        isAtMost: false),
      Goal(
        name: "correct with bans", value: share(banned.count(of: .correct), of: banned.count), target: 0.95,
        isAtMost: false),
      Goal(
        name: "inconclusive with reason and step", value: share(explained, of: open.count), target: 1, isAtMost: false),
      Goal(
        name: "inconclusive settled by the step", value: share(open.count { $0.settled == true }, of: open.count),
        target: 0.8, isAtMost: false),
      Goal(
        name: "wrong under stress", value: share(summary.stress.count(of: .wrong), of: summary.stress.count),
        target: 0.005, isAtMost: true),
      Goal(
        name: "alternative of sticky workers named", value: share(sticky.count(of: .correct), of: sticky.count),
        target: 1, isAtMost: false),
    ]
  }

  private static func costs(_ results: [WorldResult]) -> [Goal] {
    let groups: [(String, [CostClass], Double)] = [
      ("windowed or slow", [.windowed], 1.15), ("fast token bucket", [.fastBucket], 1.8), ("layered", [.layered], 2.2),
      ("concurrency and queue", [.concurrency, .queue], 2.5),
    ]
    return [atMost("requests/bound, all", results.costs.pooled, 1.4)]
      + groups.map { name, classes, target in
        let own = results.filter { result in CostClass(result.truth).map { classes.contains($0) } ?? false }
        return atMost("requests/bound, \(name)", own.costs.pooled, target)
      }
  }

  /// Of verdicts that say .99 and more at least .99 are right, in every kind; and the errors that all claims together
  /// expect are at most five times those that the data allow: the upper 95 % bound of a Poisson mean, 3 for none seen.
  private static func calibration(_ results: [WorldResult]) -> [Goal] {
    let kinds = Set(results.map(\.truth.kind)).sorted { $0.rawValue < $1.rawValue }
    let worst = kinds.compactMap { kind -> Double? in
      let claims = results.filter { $0.truth.kind == kind }.compactMap(\.claim).filter { $0.posterior >= 0.99 }
      // One error among few claims is chance: it counts from a hundred on.
      return share(claims.count(where: \.isRight) + (claims.count < 100 ? 1 : 0), of: claims.count).map { min(1, $0) }
    }.min()
    let claims = results.compactMap(\.claim).filter { $0.posterior >= 0.99 }
    let expected = claims.map { 1 - $0.posterior }.sum
    let seen = Double(claims.count { !$0.isRight })
    let upper = seen + 3 + 1.7 * seen.squareRoot()
    return [
      Goal(name: "right where .99 is said, worst kind", value: worst, target: 0.99, isAtMost: false),
      atMost("modesty: errors expected / possible", claims.isEmpty ? nil : expected / upper, 5),
    ]
  }

  private static func parameters(_ results: [WorldResult]) -> [Goal] {
    let layered = results.compactMap(\.foundBoth)
    let checks = results.compactMap(\.parameters)
    let identifiable = checks.filter(\.isIdentifiable)
    let alone = checks.filter(\.isAlone)
    let intervals = alone.flatMap(\.intervals)
    let rates = alone.filter(\.showsRate).compactMap(\.rateError)
    let capacities = alone.compactMap(\.capacityError)
    return [
      Goal(
        name: "both layers, where reachable", value: share(layered.count { $0 }, of: layered.count), target: 0.92,
        isAtMost: false),
      Goal(
        name: "algorithm, where identifiable",
        value: share(identifiable.count { $0.algorithmIsRight == true }, of: identifiable.count), target: 0.95,
        isAtMost: false),
      Goal(name: "rate error, median", value: rates.quantile(0.5), target: 0.03, isAtMost: true),
      Goal(name: "rate error, p90", value: rates.quantile(0.9), target: 0.1, isAtMost: true),
      Goal(name: "capacity error, median", value: capacities.quantile(0.5), target: 0.03, isAtMost: true),
      Goal(name: "capacity error, p90", value: capacities.quantile(0.9), target: 0.1, isAtMost: true),
      Goal(
        name: "intervals that cover", value: share(intervals.count { $0 }, of: intervals.count), target: 0.93,
        isAtMost: false),
    ]
  }

  /// Prints them. Throws exit 1 where one is missed.
  static func judge(_ goals: [Goal]) throws {
    print(table(goals).text)
    if !goals.allSatisfy(\.isMet) { throw ExitCode(1) }
  }

  static func table(_ goals: [Goal]) -> TextTable {
    var table = TextTable(title: "Goals", header: ["goal", "measured", "target", ""])
    for goal in goals {
      let format: (Double) -> String = goal.isShare ? { $0.percent } : { $0.digits(3) }
      table.rows.append([
        goal.name, goal.value.map(format) ?? "no data",
        "\(goal.isAtMost ? "at most" : "at least") \(format(goal.target))",
        goal.value == nil ? "-" : goal.isMet ? "met" : "MISSED",
      ])
    }
    return table
  }
}

/// A goal that is no share.
func atLeast(_ name: String, _ value: Double?, _ target: Double) -> Goal {
  Goal(name: name, value: value, target: target, isAtMost: false, isShare: false)
}

func atMost(_ name: String, _ value: Double?, _ target: Double) -> Goal {
  Goal(name: name, value: value, target: target, isAtMost: true, isShare: false)
}
