internal import Foundation
internal import ParallaxFleet
internal import ParallaxModel
internal import ParallaxReport
internal import Synchronization

/// Progress on standard error: one live line on a terminal, plain lines elsewhere, nothing when quiet.
final class ProgressLines: Sendable {
  private struct State {
    /// Columns of the live line that is on the screen.
    var shown = 0
  }

  private let quiet: Bool
  private let live: Bool
  private let state = Mutex(State())

  init(_ options: CommonOptions) {
    quiet = options.quiet
    live = Terminal.errorIsTerminal && !options.quiet
  }

  var sink: @Sendable (RunEvent) -> Void { { self.take($0) } }

  private func take(_ event: RunEvent) {
    guard !quiet else { return }
    switch event {
    case .host(let name, let step, let seconds, let error):
      let what = error.map { "failed: \($0.message)" } ?? step
      line("\(name): \(what) (\(Self.seconds(seconds)))")
    case .stage(let name, let sent, let budget, let best, let posterior):
      var text = "\(name): \(sent) of \(budget) requests"
      if let best, let posterior { text += ", \(best) at \(Self.share(posterior))" }
      if live { replace(with: text) } else { line(text) }
    case .waiting(let seconds, let reason): line("waiting \(Self.seconds(seconds)): \(reason)")
    case .note(let text): line(text)
    }
  }

  /// Takes the live line off the screen before results are printed.
  func finish() {
    guard live else { return }
    replace(with: "")
  }

  private func line(_ text: String) {
    state.withLock { state in
      if live { Self.clear(&state) }
      Terminal.complain(InertText.inert(text))
    }
  }

  private func replace(with text: String) {
    state.withLock { state in
      Self.clear(&state)
      let safe = InertText.inert(text)
      Terminal.write(safe, to: .standardError)
      state.shown = safe.count
    }
  }

  private static func clear(_ state: inout State) {
    guard state.shown > 0 else { return }
    Terminal.write("\r" + String(repeating: " ", count: state.shown) + "\r", to: .standardError)
    state.shown = 0
  }

  private static func seconds(_ value: Double) -> String {
    value < 1 ? "\(Int((value * 1000).rounded())) ms" : "\((value * 10).rounded() / 10) s"
  }

  private static func share(_ value: Double) -> String { "\((value * 1000).rounded() / 10) %" }
}
