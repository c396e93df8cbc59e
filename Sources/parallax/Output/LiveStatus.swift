internal import ParallaxFleet
internal import ParallaxReport

/// What a run is doing now, as the few lines that stay at the bottom of a terminal. Pure: events in, lines out.
struct LiveStatus {
  /// Seconds that the budget allows from the first request on; nil where nothing is sent.
  let duration: Double?
  private var hosts = LiveHosts()
  private var stage: (name: String, sent: Int, budget: Int)?
  private var best: (answer: String, posterior: Double)?
  private var wait: (end: Double, reason: String)?
  private var began: Double?

  private static let barWidth = 16

  init(duration: Double?) { self.duration = duration }

  /// - Parameter now: seconds on a clock that only goes forward.
  mutating func take(_ event: RunEvent, now: Double) {
    switch event {
    case .host, .state: hosts.take(event, now: now)
    case .stage(let name, let sent, let budget, let answer, let posterior):
      began = began ?? now
      stage = (name, sent, budget)
      wait = nil
      if let answer, let posterior { best = (answer, posterior) }
    case .waiting(let seconds, let reason): wait = (now + seconds, reason)
    case .note: break
    }
  }

  /// Until requests begin, a line for each host; then at most four lines. None is wider than the terminal or holds
  /// control characters.
  func lines(width: Int, height: Int, now: Double) -> [String] {
    let lines =
      began == nil
      ? hosts.areBusy ? hosts.lines(height: max(1, height - 1), now: now) : []
      : [progress(now), answer, pause(now), hosts.summary].compactMap { $0 }
    return lines.map { line in
      let safe = InertText.inert(line)
      return safe.count < width ? safe : String(safe.prefix(max(1, width - 2))) + "…"
    }
  }

  private func progress(_ now: Double) -> String? {
    guard let stage else { return nil }
    let filled = stage.budget > 0 ? min(Self.barWidth, Self.barWidth * stage.sent / stage.budget) : 0
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.barWidth - filled)
    var text = "\(bar) \(stage.sent) of \(stage.budget) requests"
    if let duration, let began { text += " · at most \(Self.clock(max(0, duration - (now - began)))) left" }
    return text + " · " + stage.name
  }

  private func pause(_ now: Double) -> String? {
    guard let wait, wait.end > now else { return nil }
    return "waiting \(Self.clock(wait.end - now)): \(wait.reason)"
  }

  private var answer: String? {
    best.map { "keyed on \($0.answer) with probability \(Self.share($0.posterior))" }
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    let rest = whole % 60
    return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
  }

  private static func share(_ value: Double) -> String { "\((value * 1000).rounded() / 10) %" }
}
