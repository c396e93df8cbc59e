internal import Foundation
internal import ParallaxTestSupport

/// The programs in Python that check what this package writes: a headless browser and a JSON Schema validator, put into
/// `.build/checkers` by scripts/setup tests. Without them their tests are skipped; in continuous integration nothing is.
enum PythonTools {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static var python: String { root.path + "/.build/checkers/bin/python" }

  static var areMetOrMandatory: Bool {
    let isThere =
      FileManager.default.isExecutableFile(atPath: python)
      && FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium")
    return isThere || ToolRequirement.isContinuousIntegration
  }
  static let reason = "the browser and the checkers in Python are not installed: run scripts/setup tests"

  /// The repository's file of that name.
  static func file(_ path: String) -> String { root.path + "/" + path }

  /// Runs a program of Tests/Browser and returns what it wrote, with its exit status.
  static func run(_ program: String, _ arguments: [String], within seconds: Double) async throws -> (Int32?, String) {
    let child = try ChildProcess(
      python, [file("Tests/Browser/" + program)] + arguments,
      environment: ["PATH": "/usr/bin:/bin", "HOME": NSTemporaryDirectory(), "LANG": "C.UTF-8"])
    child.closeInput()
    let status = try await child.exitStatus(within: seconds)
    return (status, child.outputText + child.errorText)
  }
}
