internal import Foundation
internal import Testing

/// Rules for files: short, alive, and without words that do not belong.
struct FileRuleTests {
  static let lineLimit = 300
  static let excuse = "// Over \(lineLimit) lines because: "

  @Test func filesAreShortOrSayWhyNot() throws {
    for file in try Repository.files(["Sources", "Tests"], suffixes: [".swift", ".c", ".h"]) {
      let isExcused = file.lines.prefix(3).contains { $0.hasPrefix(Self.excuse) && $0.count > Self.excuse.count }
      #expect(
        file.lines.count <= Self.lineLimit + 1 || isExcused,
        "\(file.path) has \(file.lines.count) lines: cut it, or begin it with `\(Self.excuse)...`")
    }
  }

  /// A file with nothing but comments and imports, or one that is named as a stand-in.
  @Test func noFileIsDead() throws {
    for file in try Repository.swiftFiles("Sources", "Tests") {
      let code = file.lines.contains { line in
        let text = line.trimmingCharacters(in: .whitespaces)
        return !text.isEmpty && !text.hasPrefix("//") && Import(line, line: 0) == nil
      }
      #expect(code && file.name != "Placeholder.swift", "\(file.path) holds nothing")
      #expect(!file.name.lowercased().contains("util"), "\(file.path): name the one idea that the file holds")
    }
  }

  @Test func noWorkIsLeftInComments() throws {
    // Put together here so that this file passes its own check.
    for word in ["TO" + "DO", "FIX" + "ME", "XX" + "X"] {
      let pattern = try Regex("\\b\(word)\\b")
      for (file, number, line) in try Self.lines(with: word) where line.contains(pattern) {
        Issue.record("\(file.path):\(number): \(word)")
      }
    }
  }

  /// No file names the directory, or a machine's home of checkouts, in which it was written.
  @Test func noFileNamesTheMachineItWasWrittenOn() throws {
    let root = Repository.root.path
    let parent = Repository.root.deletingLastPathComponent().path
    let ordinary = ["/", "/tmp", "/root", "/home", "/usr", "/opt", "/srv", "/var", "/var/tmp"]
    let forbidden = [root] + (ordinary.contains(parent) ? [] : [parent + "/"])
    for path in forbidden {
      for (file, number, _) in try Self.lines(with: path) { Issue.record("\(file.path):\(number): names \(path)") }
    }
  }

  /// Standard output belongs to the executables, whose names are in lower case.
  @Test func librariesDoNotPrint() throws {
    for (file, number, line) in try Self.lines(with: "print(") where file.path.hasPrefix("Sources/") {
      if file.target != file.target.lowercased(), line.contains(/(^|[^\w.])print\(/) {
        Issue.record("\(file.path):\(number): \(line.trimmingCharacters(in: .whitespaces))")
      }
    }
  }

  /// The compiler's word is not overruled without a reason: the line above is a comment; outside ParallaxSSH it says
  /// why the type is `unchecked`.
  @Test func uncheckedSendableGivesItsReason() throws {
    let mark = "@" + "unchecked Sendable"
    for file in try Repository.swiftFiles("Sources", "Tests") {
      for (index, line) in file.lines.enumerated() where line.contains(mark) {
        let above = index > 0 ? file.lines[index - 1].trimmingCharacters(in: .whitespaces) : ""
        let isGiven = above.hasPrefix("//") && (file.target.hasPrefix("ParallaxSSH") || above.contains("unchecked"))
        #expect(isGiven, "\(file.path):\(index + 1): say in the line above why it is unchecked")
      }
    }
  }

  /// The lines that hold the text, with their numbers, in everything written for the project.
  private static func lines(with text: String) throws -> [(Repository.File, Int, Substring)] {
    try Repository.allText().filter { $0.text.contains(text) }.flatMap { file in
      file.lines.enumerated().filter { $0.element.contains(text) }.map { (file, $0.offset + 1, $0.element) }
    }
  }
}
