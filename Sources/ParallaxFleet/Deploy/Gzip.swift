internal import Foundation
internal import ParallaxModel

/// Compression by the system's gzip: every host can undo it, and the controller needs no library for one file.
enum Gzip {
  static func compress(file path: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-6nc", "--", path]
    let output = Pipe()
    process.standardOutput = output
    do {
      try process.run()
    } catch {
      throw ParallaxError(.deployFailed, "gzip cannot be started", remedy: "install gzip", cause: "\(error)")
    }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0, !data.isEmpty else {
      throw ParallaxError(.deployFailed, "gzip failed on \(path) with status \(process.terminationStatus)")
    }
    return [UInt8](data)
  }
}
