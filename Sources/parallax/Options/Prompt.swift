internal import Foundation

/// Asks for a passphrase on the terminal, without showing it.
enum Prompt {
  static let ask: @Sendable (String) async -> [UInt8]? = { question in
    guard isatty(STDIN_FILENO) == 1, Terminal.errorIsTerminal else { return nil }
    return LiveBlock.shared.makingRoom { answer(to: question) }
  }

  private static func answer(to question: String) -> [UInt8]? {
    Terminal.write(question, to: .standardError)
    var saved = termios()
    tcgetattr(STDIN_FILENO, &saved)
    var silent = saved
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
      Terminal.write("\n", to: .standardError)
    }
    return readLine().map { Array($0.utf8) }
  }
}
