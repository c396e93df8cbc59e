internal import Dispatch
internal import Foundation
internal import ParallaxFleet
internal import ParallaxModel
internal import ParallaxReport
internal import Synchronization

/// Progress on standard error: a few live lines on a terminal, plain lines elsewhere, nothing when quiet.
final class ProgressLines: Sendable {
  private struct State {
    var status: LiveStatus
    /// Lines of the live block that is on the screen.
    var shown = 0
    var isOver = false
  }

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
        try? await Task.sleep(for: .seconds(1))
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
    case .host(let name, let step, let seconds, let error):
      let what = error.map { "failed: \($0.message)" } ?? step
      line("\(name): \(what) (\(Self.seconds(seconds)))")
    case .stage(let name, let sent, let budget, let best, let posterior):
      var text = "\(name): \(sent) of \(budget) requests"
      if let best, let posterior { text += ", \(best) at \(Self.share(posterior))" }
      if live { redraw() } else { line(text) }
    case .waiting(let seconds, let reason):
      if live { redraw() } else { line("waiting \(Self.seconds(seconds)): \(reason)") }
    case .note(let text): line(text)
    }
  }

  /// Takes the live lines off the screen before results are printed.
  func finish() {
    ticker.withLock { $0?.cancel() }
    state.withLock { state in
      state.isOver = true
      Self.clear(&state)
    }
  }

  private func line(_ text: String) {
    state.withLock { state in
      Self.clear(&state)
      Terminal.complain(InertText.inert(text))
    }
    redraw()
  }

  /// Draws the block anew and leaves the cursor at its beginning, so that whatever is printed next takes its place.
  private func redraw() {
    guard live else { return }
    let width = TerminalOptions.of(descriptor: STDERR_FILENO, noColour: noColour).width
    state.withLock { state in
      guard !state.isOver, state.status.isSending else { return }
      Self.clear(&state)
      let lines = state.status.lines(width: width, now: Self.now)
      guard !lines.isEmpty else { return }
      let up = lines.count > 1 ? "\u{1b}[\(lines.count - 1)A" : ""
      Terminal.write(lines.joined(separator: "\n") + "\r" + up, to: .standardError)
      state.shown = lines.count
    }
  }

  private static func clear(_ state: inout State) {
    guard state.shown > 0 else { return }
    Terminal.write("\r\u{1b}[J", to: .standardError)
    state.shown = 0
  }

  private static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }

  private static func seconds(_ value: Double) -> String {
    value < 1 ? "\(Int((value * 1000).rounded())) ms" : "\((value * 10).rounded() / 10) s"
  }

  private static func share(_ value: Double) -> String { "\((value * 1000).rounded() / 10) %" }
}
