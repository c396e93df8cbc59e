internal import Foundation
internal import Testing

/// The files of the repository that this test was built from.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().standardizedFileURL

  struct File {
    /// From the root: `Sources/ParallaxModel/Plan.swift`.
    var path: String
    var text: String
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    var name: String { String(path.split(separator: "/").last!) }
    /// The folder under `Sources` or `Tests`, which is the target's name.
    var target: String { String(path.split(separator: "/")[1]) }
  }

  /// All files under the folders whose names end in one of the suffixes.
  static func files(_ folders: [String], suffixes: [String]) throws -> [File] {
    var files: [File] = []
    for folder in folders {
      let paths = try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent(folder).path)
      for path in paths.sorted() where suffixes.contains(where: path.hasSuffix) {
        files.append(try file(folder + "/" + path))
      }
    }
    return files
  }

  static func file(_ path: String) throws -> File {
    let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    return File(path: path, text: text)
  }

  static func swiftFiles(_ folders: String...) throws -> [File] {
    let files = try files(folders, suffixes: [".swift"])
    try #require(!files.isEmpty, "the tests look at the wrong place: \(root.path)")
    return files
  }

  /// Folders and single files that hold text written for the project.
  static func allText() throws -> [File] {
    let folders = ["Sources", "Tests", "scripts", "plans", ".ci"]
    let present = folders.filter { FileManager.default.fileExists(atPath: root.appendingPathComponent($0).path) }
    let top = try FileManager.default.contentsOfDirectory(atPath: root.path)
      .filter { name in [".md", ".swift", ".yaml"].contains(where: name.hasSuffix) }
    return try files(present, suffixes: [".swift", ".c", ".h", ".md", ".yaml", ".sh"]) + top.sorted().map(file)
      + files(present.filter { $0 == "scripts" || $0 == ".ci" }, suffixes: [""]).filter { !$0.name.contains(".") }
  }
}
