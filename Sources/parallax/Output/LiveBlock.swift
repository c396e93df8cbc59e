internal import Foundation
internal import ParallaxReport
internal import Synchronization

/// The lines at the bottom of the terminal that are drawn again and again. There is one terminal, so there is one block; a
/// question to the user takes its place while it stands.
final class LiveBlock: Sendable {
  static let shared = LiveBlock()

  private struct State {
    /// Lines that are on the screen.
    var shown = 0
    var questions = 0
  }

  private let state = Mutex(State())

  /// Draws the lines in the block's place and leaves the cursor at its beginning, so that whatever is printed next takes
  /// it over.
  func draw(_ lines: [String]) {
    state.withLock { state in
      guard state.questions == 0 else { return }
      Self.clear(&state)
      guard !lines.isEmpty else { return }
      let up = lines.count > 1 ? "\u{1b}[\(lines.count - 1)A" : ""
      Terminal.write(lines.joined(separator: "\n") + "\r" + up, to: .standardError)
      state.shown = lines.count
    }
  }

  /// Prints a line that stays, above the block, which the next drawing brings back.
  func print(_ line: String) {
    state.withLock { state in
      Self.clear(&state)
      Terminal.complain(line)
    }
  }

  func clear() { state.withLock { Self.clear(&$0) } }

  /// Keeps the block off the screen while a question stands there.
  func makingRoom<Value>(_ ask: () -> Value) -> Value {
    state.withLock { state in
      Self.clear(&state)
      state.questions += 1
    }
    defer { state.withLock { $0.questions -= 1 } }
    return ask()
  }

  private static func clear(_ state: inout State) {
    guard state.shown > 0 else { return }
    Terminal.write("\r\u{1b}[J", to: .standardError)
    state.shown = 0
  }
}
