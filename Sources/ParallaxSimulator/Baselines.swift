internal import ParallaxLimiters
internal import ParallaxModel

/// What one does without Parallax, on the same worlds. Scopes without further dimensions only: none of these looks at
/// them.
public enum Baseline: String, Sendable, Hashable, CaseIterable {
  /// Requests in a loop until one is limited; then once from another address, once with another key, once with
  /// another account, a few seconds apart.
  case curlLoop
  /// For each single change: ten requests, exhaust the reference, ten requests again; Fisher's exact test at .01.
  case oneFactorAtATime

  public struct Result: Sendable, Hashable {
    public var judgement: Judgement
    public var requests: Int
    public var seconds: Double
  }

  public func run(on start: SimulatedWorld, seed: UInt64) -> Result {
    var world = start
    let answer =
      switch self {
      case .curlLoop: world.curlLoop(seed: seed)
      case .oneFactorAtATime: world.oneFactorAtATime()
      }
    return Result(
      judgement: start.truth.judge(answer), requests: world.requestsSent - start.requestsSent,
      seconds: world.now - start.now)
  }
}

/// What a baseline comes to say.
enum BaselineAnswer {
  case unlimited
  case unclear
  case scope(DimensionSet)

  /// The scope whose single changes of ip, key and account are limited as seen.
  init(ip: Bool, key: Bool, account: Bool) {
    switch (ip, key, account) {
    case (true, true, true): self = .scope(.everyone)
    case (false, true, true): self = .scope(.ip)
    case (true, true, false): self = .scope(.account)
    case (true, false, false): self = .scope(.key)
    case (false, true, false): self = .scope(.ipAndAccount)
    case (false, false, false): self = .scope(.ipAndKey)
    default: self = .unclear
    }
  }
}

extension Truth {
  /// Further dimensions are ignored, in the baseline's favour.
  func judge(_ answer: BaselineAnswer) -> Judgement {
    switch answer {
    case .unlimited: return limiters.isEmpty || !isReachable ? .correct : .missed
    case .unclear: return .inconclusive
    case .scope(let scope):
      let basic: DimensionSet = [.ip, .key, .account]
      return isReachable && scopes.contains { $0.intersection(basic) == scope } ? .correct : .wrong
    }
  }
}

extension SimulatedWorld {
  fileprivate mutating func curlLoop(seed: UInt64) -> BaselineAnswer {
    var random = SeededRandom(seed: seed, stream: 20)
    guard loop(cell: 0).samples.contains(where: \.isLimited) else { return .unlimited }
    let limited = singleChanges.map { cell in
      now += random.uniform(1.5, 5)
      return ask(cell, times: 1, gap: 0).contains(where: \.isLimited)
    }
    return BaselineAnswer(ip: limited[0], key: limited[1], account: limited[2])
  }

  fileprivate mutating func oneFactorAtATime(times: Int = 10, level: Double = 0.01) -> BaselineAnswer {
    var differs: [Bool] = []
    for cell in singleChanges + cells(labelled: "E") {
      let before = ask(cell, times: times, gap: 0.05)
      let exhausted = loop(cell: 0, atOnce: 3, untilDenied: 3)
      guard exhausted.samples.suffix(3).allSatisfy(\.isLimited) else { return .unlimited }
      let after = ask(cell, times: times, gap: 0.02)
      let probability = FisherExactTest.surplus(
        after.count(where: \.isLimited), after.count { $0.reading == .passed },
        before.count(where: \.isLimited), before.count { $0.reading == .passed })
      differs.append(probability < level)
      now += 60
    }
    return BaselineAnswer(ip: differs[0], key: differs[1], account: differs[2])
  }

  private mutating func ask(_ cell: Int, times: Int, gap: Double) -> [Sample] {
    let items = (0..<times).map { Schedule.Item(offset: gap * Double($0), cell: cell) }
    return perform(.schedule(Schedule(stage: .probe, items: items))).samples
  }

  /// The cells that change the address, the key, the account.
  private var singleChanges: [Int] { ["I", "K", "B"].flatMap { cells(labelled: $0) } }

  private func cells(labelled label: String) -> [Int] {
    design.cells.filter { $0.label == label }.map(\.id)
  }
}

extension Sample {
  fileprivate var isLimited: Bool {
    if case .limited = reading { true } else { false }
  }
}
