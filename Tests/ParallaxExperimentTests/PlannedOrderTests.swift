internal import ParallaxExperiment
internal import ParallaxModel
internal import Testing

/// Probes that leave too late for their place in the planned order are no evidence.
struct PlannedOrderTests {
  /// A target that limits nobody but the reference, once it had 20 requests; what leaves the second vantage while a
  /// schedule is under way leaves `lateness` seconds late and meets a bucket that everyone shares by then.
  private func run(lateness: Double) throws -> Conclusion? {
    let design = try ScriptedTarget.design()
    var experiment = Experiment(design: design, configuration: ExperimentConfiguration(budget: Budget(requests: 400)))
    var now = 1_750_000_000.0
    var asked = 0
    var report: Report?
    while true {
      switch experiment.next(report) {
      case .finished(let conclusion): return conclusion
      case .perform(.wait(let seconds, _), _):
        now += seconds
        report = Report(samples: [], now: now)
      case .perform(.ramp(let ramp), _):
        var samples: [Sample] = []
        while samples.count < ramp.maxRequests, asked < 26 {
          asked += 1
          samples.append(sample(ramp.cell, at: now + Double(samples.count) * 0.02, limited: asked > 20))
        }
        let last = samples.last?.time ?? now
        now = last + 0.1
        report = Report(
          samples: samples, now: now,
          ramp: RampOutcome(saturation: .hard, firstDenial: last - 0.1))
      case .perform(.schedule(let schedule), _):
        let samples = schedule.items.map { item in
          let isLate = schedule.stage != .triage && design.cells[item.cell].vantage == 1
          let late = isLate ? lateness : 0
          let limited = schedule.stage != .triage && (item.cell == 0 || isLate && lateness > 0)
          return sample(item.cell, at: now + item.offset + late, lateness: late, limited: limited)
        }
        now = (samples.map(\.time).max() ?? now) + 0.1
        report = Report(samples: samples.sorted { $0.time < $1.time }, now: now)
      }
    }
  }

  private func sample(_ cell: Int, at time: Double, lateness: Double = 0, limited: Bool) -> Sample {
    Sample(
      cell: cell, time: time, sent: time, lateness: lateness, latency: 0.02,
      reading: limited ? .limited(ScriptedTarget.refusal) : .passed)
  }

  @Test func whatComesInTimeCounts() throws {
    let conclusion = try #require(try run(lateness: 0))
    #expect(conclusion.limiters.first?.scope == ["ip", "key"])
    #expect(!conclusion.notes.contains { $0.contains("too late") })
  }

  @Test func whatComesTooLateIsRefusedAndSaidSo() throws {
    let conclusion = try #require(try run(lateness: 0.6))
    #expect(conclusion.notes.contains { $0.contains("left too late for their place in the planned order") })
    // Those denials would have said that the second address shares the bucket.
    #expect(conclusion.status == .inconclusive)
  }
}
