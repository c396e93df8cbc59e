internal import Foundation
internal import ParallaxTestSupport

/// strace, which makes system calls fail or kills at them. It counts the calls of each thread by itself.
enum Strace {
  static let path = "/usr/bin/strace"
  static var isThereOrMandatory: Bool {
    FileManager.default.isExecutableFile(atPath: path) || ToolRequirement.isContinuousIntegration
  }
  static let reason = "strace is not installed: run scripts/setup tests"

  /// The whole program is met at each of its calls with PARALLAX_EVERY_CALL=1, at some of them otherwise.
  static var isThorough: Bool { ProcessInfo.processInfo.environment["PARALLAX_EVERY_CALL"] != nil }

  /// What to put before a command.
  static func line(_ calls: [String], inject: String) -> [String] {
    base(calls, output: "/dev/null") + ["-e", "inject=\(calls.joined(separator: ",")):\(inject)"]
  }

  /// Only writes down the calls, a line each that begins with the thread's number.
  static func line(_ calls: [String], output: String) -> [String] { base(calls, output: output) }

  /// Without `--seccomp-bpf`: with it strace 6.1 counts only the first call of `when=`.
  private static func base(_ calls: [String], output: String) -> [String] {
    [path, "-f", "-qq", "-o", output, "-e", "trace=\(calls.joined(separator: ","))"]
  }
}
