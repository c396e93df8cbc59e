internal import ParallaxModel

/// How long requests that passed took, by vantage, in two runs.
struct LatencyComparison {
  let baseline: MeasuredRun
  let other: MeasuredRun
  let ground: Ground

  private typealias Item = RunComparison.Item

  init(_ baseline: MeasuredRun, _ other: MeasuredRun, _ ground: Ground) {
    self.baseline = baseline
    self.other = other
    self.ground = ground
  }

  var items: [RunComparison.Item] {
    var tested: [(index: Int, p: Double)] = []
    var items: [RunComparison.Item] = []
    for vantage in baseline.design.vantages.map(\.name) {
      let samples = [baseline, other].map { latencies($0, vantage) }
      let texts = samples.map { sample in
        LatencySummary(sample).map { "\(milliseconds($0.median)), n \($0.count)" } ?? "-"
      }
      var item = Item(
        subject: "latency of \(vantage)", outcome: .incomparable, before: texts[0], after: texts[1], because: "")
      if let lost = ground.lost.first(where: { $0.vantage == vantage }) {
        item.because = "\(vantage) took no part in \(lost.run)"
      } else if !ground.isSamePlan {
        item.because = "the plans differ"
      } else if let test = MannWhitney(samples[0], samples[1]) {
        item.p = test.p
        item.outcome = .same
        item.because =
          "difference \(milliseconds(test.shift.value)) (\(milliseconds(test.shift.low)) to \(milliseconds(test.shift.high)))"
        tested.append((items.count, test.p))
      } else {
        item.because = "fewer than \(MannWhitney.least) requests passed in one of them"
      }
      items.append(item)
    }
    // Holm: the smallest p must stand against all tests, the next against all but one, and so on.
    for (rank, test) in tested.sorted(by: { $0.p < $1.p }).enumerated() {
      guard test.p < RunComparison.significance / Double(tested.count - rank) else { break }
      items[test.index].outcome = .changed
    }
    return items
  }

  private func latencies(_ run: MeasuredRun, _ vantage: String) -> [Double] {
    run.sent.filter {
      $0.reading == .passed && run.design.vantages[run.design.cells[$0.cell].vantage].name == vantage
    }.map { $0.end - $0.sent }
  }

  private func milliseconds(_ seconds: Double) -> String { "\(Shown.number(seconds * 1000)) ms" }
}
