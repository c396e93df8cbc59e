internal import ParallaxInference
internal import ParallaxModel

/// What would tell the remaining causes apart.
struct Separation {
  let causes: [CauseEstimate.Ranked]
  let posterior: CausePosterior
  let notebook: Notebook

  private static let timed: Set<CauseKind> = [
    .accountQuotaSpent, .ipLimited, .keyUsedElsewhere, .capacity, .everyoneShares, .concurrency, .replicaCounters,
  ]

  var steps: [String] {
    var steps: [String] = []
    if let time { steps.append(time) }
    if remain(.keyRestricted), !design.cells.contains(where: \.isPeer) {
      steps.append(
        "add a third key of the account \(account), made like \(key): if it is limited too, such keys are restricted, "
          + "if not, it is \(key) alone")
    }
    if remain(.keyNotRecognised), !design.cells.contains(where: \.hasUnknownKey) {
      steps.append(
        "add a key that the target cannot know, under an account named \(Design.invalidAccount): if it is answered "
          + "like \(key), keys are not looked at")
    }
    steps += design.gaps.filter { _ in causes.count > 1 && !limitedSetsAgree }.map(\.toSettle)
    return steps.isEmpty ? ["run triage again later, when the target is quieter"] : steps
  }

  private var design: Design { posterior.design }
  private var key: String { design.reference.key }
  private var account: String { design.reference.account }

  private func remain(_ cause: CauseKind) -> Bool { causes.contains { $0.cause == cause } && causes.count > 1 }

  /// Whether all that remain say the same about every cell: only time tells them apart.
  private var limitedSetsAgree: Bool { Set(causes.map(\.hypothesis.limited)).count < 2 }

  /// Some end by themselves, others never: look again when windows end.
  private var time: String? {
    let ending = causes.filter { Self.timed.contains($0.cause) }
    let lasting = causes.filter { !Self.timed.contains($0.cause) && $0.cause != .nothing }
    guard !ending.isEmpty, !lasting.isEmpty else { return nil }
    let names = { (list: [CauseEstimate.Ranked]) in list.map(\.cause.rawValue).joined(separator: " or ") }
    return "run triage again \(when): a success then means \(names(ending)), a refusal speaks for \(names(lasting))"
  }

  private var when: String {
    var times: [String] = []
    if let unix = notebook.unixTimeAtZero {
      if let end = posterior.promisedEnd, end > notebook.now {
        times.append("just after \(ClockText.utc(end + unix)), the end that the target declared")
      }
      let now = notebook.now + unix
      for length in [3600.0, 86_400] {
        times.append("just after \(ClockText.utc((now / length).rounded(.down) * length + length))")
      }
      return times.joined(separator: ", or ")
    }
    if let end = posterior.promisedEnd, end > notebook.now {
      times.append("in \(ClockText.duration(end - notebook.now)), the end that the target declared")
    }
    return (times + ["just after the next full hour", "just after the next midnight UTC"]).joined(separator: ", or ")
  }
}
