internal import Foundation
internal import ParallaxReport

/// The two streams of a command: results on standard output, everything else on standard error.
enum Terminal {
  static func result(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", to: .standardOutput) }

  static func complain(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", to: .standardError) }

  /// Text of several lines with everything else in it made harmless.
  static func inertLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { InertText.inert(String($0)) }
      .joined(separator: "\n")
  }

  /// A JSON document on standard output, of what `JSONSerialization` takes. Keys are sorted, so that equal documents are
  /// equal texts.
  static func result(json value: Any) throws {
    let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    result(String(decoding: try JSONSerialization.data(withJSONObject: value, options: options), as: UTF8.self))
  }

  static func write(_ text: String, to handle: FileHandle) {
    // A reader that went away (`| head`) is not worth an error.
    try? handle.write(contentsOf: Data(text.utf8))
  }

  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Asks a question on the terminal; nil where nobody can answer.
  static func ask(_ question: String) -> String? {
    guard isatty(STDIN_FILENO) == 1, errorIsTerminal else { return nil }
    write(question, to: .standardError)
    return readLine()
  }
}
