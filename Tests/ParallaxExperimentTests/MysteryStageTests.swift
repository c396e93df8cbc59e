internal import ParallaxExperiment
internal import ParallaxModel
internal import Testing

@Suite("The stage that asks why a fresh key is limited")
struct MysteryStageTests {
  private static let triage = ExperimentConfiguration(triageOnly: true)

  @Test("A healthy target: one request per cell, no limit observed, no cause")
  func healthy() throws {
    var target = ScriptedTarget(design: try ScriptedTarget.design()) { _, _ in false }
    let finished = target.run(Self.triage)
    let conclusion = try #require(finished)
    #expect(conclusion.status == .noLimitObserved && conclusion.causes.map(\.cause) == ["none"])
    #expect(target.requests == target.design.cells.count && target.waits.isEmpty)
    #expect(conclusion.notes.isEmpty && conclusion.inconclusive == nil)
  }

  @Test("A reference that passes changes nothing: the search begins, and controls are not asked")
  func passes() throws {
    let design = try ScriptedTarget.design(keys: ["a1", "a2", "a3"], hasInvalidKey: true)
    #expect(design.cells.map(\.label) == ["R", "I", "K", "B", "L", "M", "N", "G", "G2"])
    #expect(design.cells.filter(\.isControl).map(\.label) == ["N", "G", "G2"])
    var target = ScriptedTarget(design: design) { _, _ in false }
    #expect(target.run(ExperimentConfiguration()) == nil && target.hasRamped)
    #expect(Set(target.asked.keys).isDisjoint(with: ["N", "G", "G2"]))
  }

  @Test("Another cell limited while fresh is noted, and does not stop the search")
  func note() throws {
    var target = ScriptedTarget(design: try ScriptedTarget.design()) { label, _ in ["K", "M"].contains(label) }
    let finished = target.run(Self.triage)
    let conclusion = try #require(finished)
    #expect(conclusion.status == .inconclusive && conclusion.causes.map(\.cause) == ["none"])
    #expect(conclusion.inconclusive?.because == "fra1 x a1 passes, but limited before any load: fra1 x a2, nyc1 x a2")
    #expect(conclusion.inconclusive?.toSettle.contains("reference: { vantage: fra1, key: a2 }") == true)
    let note = try #require(conclusion.notes.first)
    #expect(note.contains("fra1 x a2") && note.contains("the key a2"))
    var other = ScriptedTarget(design: target.design) { label, _ in ["K", "M"].contains(label) }
    #expect(other.run(ExperimentConfiguration()) == nil && other.hasRamped)
  }

  @Test("A reference that is refused again after it passed is neither healthy nor searched: it stays open")
  func refusedAgain() throws {
    let refused: Set = [0, 4]
    var target = ScriptedTarget(design: try ScriptedTarget.design()) { label, asked in
      label == "R" && refused.contains(asked)
    }
    let finished = target.run(ExperimentConfiguration(mysterySeconds: 20))
    let conclusion = try #require(finished)
    #expect(conclusion.status == .inconclusive && !target.hasRamped)
  }

  @Test("A restricted key is found by a key made like it, in words that name both")
  func restricted() throws {
    let design = try ScriptedTarget.design(keys: ["a1", "a2", "a3"])
    var target = ScriptedTarget(design: design) { label, _ in ["R", "I", "N"].contains(label) }
    let finished = target.run(ExperimentConfiguration())
    let conclusion = try #require(finished)
    #expect(conclusion.status == .determined && conclusion.limiters.isEmpty)
    let cause = try #require(conclusion.causes.first)
    #expect(cause.cause == "key_restricted" && cause.posterior >= 0.95)
    #expect(cause.because.contains("fra1 x a1 (") && cause.because.contains("passed: fra1 x a2"))
    #expect(cause.next.contains("the key a1 from fra1") && cause.next.contains("UTC"))
  }

  @Test("What only time tells apart stays a set, with what would separate it and when")
  func set() throws {
    var target = ScriptedTarget(design: try ScriptedTarget.design()) { label, _ in !["B", "L"].contains(label) }
    let finished = target.run(ExperimentConfiguration(mysterySeconds: 100))
    let conclusion = try #require(finished)
    #expect(conclusion.status == .inconclusive)
    #expect(Set(conclusion.causes.map(\.cause)).isSuperset(of: ["account_quota_spent", "state_does_not_reset"]))
    let posteriors = conclusion.causes.map(\.posterior)
    #expect(posteriors == posteriors.sorted(by: >))
    let open = try #require(conclusion.inconclusive)
    #expect(open.because.contains("account_quota_spent") && open.toSettle.contains("00:00:00 UTC"))
    #expect(target.now - 1_750_000_000 < 110)
  }

  @Test("Long waits are announced with their end; one that is skipped does not come again")
  func waits() throws {
    let design = try ScriptedTarget.design()
    var patient = ScriptedTarget(design: design) { label, _ in !["B", "L"].contains(label) }
    _ = patient.run(ExperimentConfiguration(budget: Budget(duration: 200_000), mysterySeconds: 90_000))
    let long = patient.waits.filter { $0.seconds > 600 }
    #expect(!long.isEmpty && long.allSatisfy { $0.reason.contains("UTC") && $0.reason.contains("Ctrl-C skips") })
    #expect(patient.waits.reduce(0) { $0 + $1.seconds } < 90_000)
    var hasty = ScriptedTarget(design: design) { label, _ in !["B", "L"].contains(label) }
    hasty.skipsWaits = true
    let finished = hasty.run(ExperimentConfiguration(budget: Budget(duration: 200_000), mysterySeconds: 90_000))
    let conclusion = try #require(finished)
    #expect(conclusion.status == .inconclusive && hasty.waits.count < 15)
    #expect(hasty.waits.count { $0.reason.contains("midnight") } <= 1)
  }

  @Test("A wait that an interruption fell into goes on until its moment, without a request")
  func resumed() throws {
    var target = ScriptedTarget(design: try ScriptedTarget.design()) { label, _ in !["B", "L"].contains(label) }
    var experiment = Experiment(
      design: target.design,
      configuration: ExperimentConfiguration(budget: Budget(duration: 200_000), mysterySeconds: 90_000))
    var step = experiment.next(nil)
    var pending: (directive: Directive, seconds: Double)?
    while pending == nil, case .perform(let directive, _) = step {
      if case .wait(let seconds, _) = directive, seconds > 60 {
        pending = (directive, seconds)
      } else {
        step = experiment.next(target.perform(directive))
      }
    }
    let wait = try #require(pending)
    #expect(experiment.asksWhy)
    let away = Resumption(now: target.now + 40, idle: 30)
    guard case .perform(.wait(let rest, _), _) = experiment.resume(away, samples: [], pending: wait.directive) else {
      Issue.record("the wait does not go on")
      return
    }
    #expect(abs(rest - (wait.seconds - 40)) < 0.01)
    let late = Resumption(now: target.now + wait.seconds + 1, idle: 10)
    guard case .perform(.schedule, _) = experiment.resume(late, samples: [], pending: wait.directive) else {
      Issue.record("the reference is not looked at when the wait is over")
      return
    }
  }

  @Test("The budget holds, and what is known by then is said")
  func budget() throws {
    var target = ScriptedTarget(design: try ScriptedTarget.design()) { label, _ in ["R", "K", "B"].contains(label) }
    let finished = target.run(ExperimentConfiguration(budget: Budget(requests: 18)))
    let conclusion = try #require(finished)
    #expect(target.requests <= 18)
    #expect(conclusion.causes.contains { ["ip_limited", "ip_blocked"].contains($0.cause) })
  }

  @Test("A reference that gives no answer gives no cause")
  func silent() throws {
    let design = try ScriptedTarget.design()
    var experiment = Experiment(design: design, configuration: Self.triage)
    var now = 0.0
    var report: Report?
    while case .perform(.schedule(let schedule), _) = experiment.next(report) {
      now += 1
      report = Report(
        samples: schedule.items.map {
          Sample(cell: $0.cell, time: now, sent: now, latency: 0.5, reading: .void(.silence))
        }, now: now)
    }
    guard case .finished(let conclusion) = experiment.next(nil) else {
      Issue.record("not finished")
      return
    }
    #expect(conclusion.status == .inconclusive && conclusion.causes.isEmpty)
    #expect(conclusion.inconclusive?.because.contains("fra1 x a1") == true)
  }
}
