internal import ParallaxInference
internal import ParallaxModel

/// The grounds for a cause and the next step, in plain words with the cells, counts, addresses and keys to quote.
struct MysteryText {
  let posterior: CausePosterior
  let notebook: Notebook

  private var design: Design { posterior.design }
  private var key: String { design.reference.key }
  private var account: String { design.reference.account }
  private var vantage: Vantage { design.vantages[design.reference.vantage] }

  static func share(_ item: CauseEstimate.Ranked) -> String {
    "\(item.cause.rawValue) (\(Int((item.posterior * 100).rounded())) %)"
  }

  func because(_ item: CauseEstimate.Ranked) -> String {
    let isQuiet = !posterior.looks.contains { $0.outcome == .limited }
    let nothing = isQuiet ? "nothing that was asked is limited" : "the reference is not limited"
    let cause = item.cause == .nothing ? nothing : "\(claim(item)); \(course(item))"
    return "\(cause); \(counts)"
  }

  // MARK: What was seen

  /// `limited: v1 x a1 (3 of 3), ...; passed: ...`.
  var counts: String {
    var limited: [String] = []
    var passed: [String] = []
    for cell in design.cells {
      let looks = posterior.looks.filter { $0.cell == cell.id }
      guard !looks.isEmpty else { continue }
      let denied = looks.count { $0.outcome == .limited }
      let count = "\(design.name(of: cell)) (\(denied > 0 ? denied : looks.count) of \(looks.count))"
      if denied > 0 { limited.append(count) } else { passed.append(count) }
    }
    let parts = [("limited", limited), ("passed", passed)].filter { !$0.1.isEmpty }
    return parts.map { "\($0.0): \($0.1.joined(separator: ", "))" }.joined(separator: "; ")
  }

  /// How the limited cells went on in time.
  private func course(_ item: CauseEstimate.Ranked) -> String {
    let looks = posterior.looks.filter { item.hypothesis.limited & (1 << CellMask($0.cell)) != 0 }
    guard let first = looks.first, let last = looks.last else { return "it was not looked at" }
    let passed = looks.count { $0.outcome != .limited }
    let span = ClockText.duration(last.time - first.time)
    if passed == 0 { return "in \(span) none of \(looks.count) requests to these passed" }
    return "in \(span) \(passed) of \(looks.count) requests to these passed, without any load of ours"
  }

  private func claim(_ item: CauseEstimate.Ranked) -> String {
    switch item.cause {
    case .accountQuotaSpent: "the refusals follow the account \(account), whatever its key and the address"
    case .ipLimited: "the refusals follow \(place(item)), whatever the key and the account"
    case .ipBlocked: "the refusals follow \(place(item)), whatever the key and the account, and do not depend on load"
    case .networkBlocked: "the refusals follow \(place(item)), which other vantages do not share"
    case .keyUsedElsewhere: "the refusals follow the key \(key) alone, from every address"
    case .stateDoesNotReset:
      "the refusals follow \(item.hypothesis.scope == .key ? "the key \(key)" : "the account \(account)")"
        + (item.hypothesis.course == .renewed ? " and end only after a silence" : " and never end")
    case .keyRestricted: "the refusals follow the key \(key) from every address, other keys of \(account) pass"
    case .keyNotRecognised: "a key that the target cannot know is answered like \(key)"
    case .capacity: "everything is limited together, whoever asks from wherever"
    case .everyoneShares: "everything is limited together, and the answers speak of an allowance that is spent"
    case .noCredit: "the answers speak of credit or payment, for every key of the account \(account)"
    case .escalatingBan: "the declared wait grows with every refusal"
    case .clientStack: "the refusals follow \(levels(item)), not the address or the key"
    case .concurrency: "the answers speak of requests at once"
    case .replicaCounters: "what remains goes up and down from answer to answer, as with several counters"
    case .callersProxy: "a proxy on the way out gives the answer, not the target"
    case .misconfiguredLimit: "everything is limited from the first request on, whoever asks"
    case .nothing: "nothing is limited"
    }
  }

  private func place(_ item: CauseEstimate.Ranked) -> String {
    let inside = design.cells.filter { item.hypothesis.limited & (1 << CellMask($0.id)) != 0 }.map(\.vantage)
    let names = Set(inside).sorted().map { "\(design.vantages[$0].name)" }
    return names.count > 1 ? "the network of \(names.joined(separator: " and "))" : "the address of \(vantage.name)"
  }

  private func levels(_ item: CauseEstimate.Ranked) -> String {
    let names = item.hypothesis.scope.names(further: design.dimensions)
    return "the \(names.joined(separator: " and ")) of the reference"
  }

  // MARK: What to do

  func next(_ item: CauseEstimate.Ranked) -> String {
    switch item.cause {
    case .accountQuotaSpent:
      "find what else uses the account \(account) and slow it, or wait for its reset; ask the provider for the "
        + "account's limit and its use, quoting \(quote)"
    case .ipLimited:
      "send from another address, or find who else shares it; ask the provider whether the limit goes by address, "
        + "quoting \(quote)"
    case .ipBlocked, .networkBlocked:
      "ask the provider to lift the block, quoting \(quote); until then send from elsewhere"
    case .keyUsedElsewhere:
      "rotate the key \(key): if that ends it, someone else was using it; ask the provider for its use by address, "
        + "quoting \(quote)"
    case .stateDoesNotReset:
      item.hypothesis.course == .renewed
        ? "send nothing for longer than the window: every request puts the end off; tell the provider, quoting \(quote)"
        : "ask the provider to clear the counter, quoting \(quote): waiting does not help"
    case .keyRestricted:
      "ask the provider what the key \(key) may use (plan, model, trial), quoting \(quote); "
        + (costsTooMuch(item) ? "a smaller request passes: its cost is above the limit" : "waiting does not help")
    case .keyNotRecognised:
      "check the header that carries the key: its name, its scheme, and whether a proxy takes it away"
    case .capacity:
      "wait: the target has no room for anyone, or a limiter sees one address for all; tell the provider, "
        + "quoting \(quote)"
    case .everyoneShares:
      "tell the provider that one bucket serves all clients (often a proxy's address in place of theirs), quoting \(quote)"
    case .noCredit: "add credit or end the trial of the account \(account): waiting does not help"
    case .escalatingBan: "stop all requests until the ban ends: each one makes the next ban longer"
    case .clientStack: "send with another client: \(levels(item)) is refused; ask the provider, quoting \(quote)"
    case .concurrency: "lower the number of requests in flight that others have under the account \(account)"
    case .replicaCounters: "tell the provider that its replicas count apart, quoting \(quote); try again at once"
    case .callersProxy: "send past the proxy of \(vantage.name), or ask who runs it"
    case .misconfiguredLimit: "tell the provider that the limit admits nobody, quoting \(quote)"
    case .nothing: "go on: a run finds the limit itself"
    }
  }

  /// Whether the smallest request passes under this hypothesis.
  private func costsTooMuch(_ item: CauseEstimate.Ranked) -> Bool {
    design.cells.contains { $0.isCheaper && item.hypothesis.limited & (1 << CellMask($0.id)) == 0 }
  }

  /// Names of requests to quote.
  private static let quoted = 3

  /// What a provider needs to find the requests.
  private var quote: String {
    let refusals = posterior.looks.filter { $0.cell == 0 && $0.outcome == .limited }
    var text = "the key \(key) from \(vantage.name)"
    if let unix = notebook.unixTimeAtZero, let first = refusals.first, let last = refusals.last {
      text += ", refused from \(ClockText.utc(first.time + unix)) to \(ClockText.utc(last.time + unix))"
    }
    let names = refusals.compactMap { refusal in
      refusal.signals.lazy.compactMap { if case .named(let name) = $0 { name } else { nil } }.first
    }
    if !names.isEmpty { text += ", requests \(names.prefix(Self.quoted).joined(separator: ", "))" }
    return text
  }
}
