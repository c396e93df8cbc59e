internal import Foundation
internal import ParallaxLab

/// What nginx itself counted, which no bug of ours can flatter.
struct AccessLog {
  struct Line {
    var time: Double
    var address: String
    /// `-` for one that the target does not know.
    var key: String
    var status: Int
    /// The number that the server gave the request, and its answer.
    var request: String
  }

  let lines: [Line]

  init(lines: [Line]) { self.lines = lines }

  init(_ lab: LabDescription) throws {
    let text = try String(contentsOfFile: lab.files.accessLog, encoding: .utf8)
    lines = text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ").map(String.init)
      guard fields.count >= 7, let time = Double(fields[0]), let status = Int(fields[3]) else { return nil }
      return Line(time: time, address: fields[1], key: fields[2], status: status, request: fields[6])
    }
  }
}
