internal import Foundation

extension String {
  /// The last lines that are not empty, joined: what is worth quoting of a log or of a failed tool's output.
  func lastLines(_ count: Int) -> String {
    split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
      .suffix(count).joined(separator: " / ")
  }
}
