internal import Dispatch
internal import Foundation
internal import ParallaxFleet
internal import ParallaxModel
internal import ParallaxReport
internal import Synchronization

/// Progress on standard error: on a terminal a live table of the hosts, and a few live lines while requests are sent;
/// plain lines elsewhere, nothing when quiet.
final class ProgressLines: Sendable {
  private struct State {
    var status: LiveStatus
    var isOver = false
    var drawn = 0.0
  }

  /// Seconds between drawings for what happens to one host: with hundreds, every event would be a screen.
  private static let interval = 0.1

  private let quiet: Bool
  private let live: Bool
  private let noColour: Bool
  private let state: Mutex<State>
  /// Counts down on the screen while nothing happens.
  private let ticker: Mutex<Task<Void, Never>?>

  /// - Parameter duration: seconds that the plan's budget allows.
  init(_ options: CommonOptions, duration: Double? = nil) {
    quiet = options.quiet
    noColour = options.noColor
    let isDumb = ProcessInfo.processInfo.environment["TERM"] == "dumb"
    live = Terminal.errorIsTerminal && !options.quiet && !isDumb
    state = Mutex(State(status: LiveStatus(duration: duration)))
    ticker = Mutex(nil)
    guard live else { return }
    let task = Task { [weak self] in
      while !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(250))
        self?.redraw()
      }
    }
    ticker.withLock { $0 = task }
  }

  deinit { ticker.withLock { $0?.cancel() } }

  var sink: @Sendable (RunEvent) -> Void { { self.take($0) } }

  private func take(_ event: RunEvent) {
    guard !quiet else { return }
    if live { state.withLock { $0.status.take(event, now: Self.now) } }
    switch event {
    case .state: redraw(after: Self.interval)
    case .host(let name, let seconds, let error):
      let what = error.map { Self.failure($0) } ?? HostState.ready.rawValue
      // The live table says the same of those that are well.
      if live && error == nil {
        redraw(after: Self.interval)
      } else {
        line("\(name): \(what) (\(Self.seconds(seconds)))")
      }
    case .stage(let name, let sent, let budget, let best, let posterior):
      var text = "\(name): \(sent) of \(budget) requests"
      if let best, let posterior { text += ", \(best) at \(Self.share(posterior))" }
      if live { redraw() } else { line(text) }
    case .waiting(let seconds, let reason):
      if live { redraw() } else { line("waiting \(Self.seconds(seconds)): \(reason)") }
    case .note(let text): line(text)
    }
  }

  /// What went wrong with a host, and what can be done: a run that goes on without it says no more of it.
  private static func failure(_ error: ParallaxError) -> String {
    "failed: \(error.message)" + (error.remedy.map { "; to mend it: \($0)" } ?? "")
  }

  /// Takes the live lines off the screen before results are printed.
  func finish() {
    ticker.withLock { $0?.cancel() }
    state.withLock { state in
      state.isOver = true
      if live { LiveBlock.shared.clear() }
    }
  }

  private func line(_ text: String) {
    LiveBlock.shared.print(InertText.inert(text))
    redraw()
  }

  /// - Parameter pause: seconds since the last drawing before which nothing is drawn; the next one shows it.
  private func redraw(after pause: Double = 0) {
    guard live else { return }
    let terminal = TerminalOptions.of(descriptor: STDERR_FILENO, noColour: noColour)
    state.withLock { state in
      let now = Self.now
      guard !state.isOver, now - state.drawn >= pause else { return }
      state.drawn = now
      LiveBlock.shared.draw(state.status.lines(width: terminal.width, height: terminal.height, now: now))
    }
  }

  private static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }

  private static func seconds(_ value: Double) -> String {
    value < 1 ? "\(Int((value * 1000).rounded())) ms" : "\((value * 10).rounded() / 10) s"
  }

  private static func share(_ value: Double) -> String { "\((value * 1000).rounded() / 10) %" }
}
