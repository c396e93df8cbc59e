internal import Foundation
internal import ParallaxModel
internal import ParallaxReport

/// A program of somebody else's that an export goes through.
struct ExternalTool {
  let path: String

  static func find(_ name: String, remedy: String) throws -> ExternalTool {
    let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard
      let path = directories.map({ "\($0)/\(name)" }).first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else { throw ParallaxError(.usage, "the program \(name) is not there", remedy: remedy) }
    return ExternalTool(path: path)
  }

  /// Runs it with what is fed to its standard input, piece by piece.
  ///
  /// Errors: `storeFailed` with what the program said.
  func run(_ arguments: [String], feed: (FileHandle) throws -> Void) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let complaints = Pipe()
    let input = Pipe()
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = complaints
    // Should it end before it has read all, that is an error of the write and not the end of this program.
    signal(SIGPIPE, SIG_IGN)
    try process.run()
    let fed = Result { try feed(input.fileHandleForWriting) }
    try? input.fileHandleForWriting.close()
    let said = complaints.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ParallaxError(
        .storeFailed, "\(path) failed with status \(process.terminationStatus)",
        cause: InertText.inert(String(decoding: said.suffix(500), as: UTF8.self)))
    }
    try fed.get()
  }
}
