internal import Foundation
internal import ParallaxLab
internal import Testing

/// Sends single requests from the cells of the method's table, without Parallax's own agents.
struct Cells {
  private let lab: LabDescription
  private let keys: LabKeys

  init(_ lab: LabDescription) throws {
    self.lab = lab
    keys = try LabKeys(file: lab.files.keys)
  }

  /// Returns the status of the answer.
  func send(_ cell: Character) throws -> Int {
    let host = lab.hosts["ILM".contains(cell) ? 1 : 0]
    let key = "KM".contains(cell) ? "a2" : "BL".contains(cell) ? "b1" : "a1"
    let client = ProbeClient(source: host.address, namespace: host.namespace)
    return try client.status(of: lab.target, path: cell == "E" ? "/v1/files" : "/v1/models", key: keys[key])
  }
}

/// What nginx itself has counted.
struct AccessLog {
  struct Line {
    var time: Double
    var address: String
    var key: String
    var status: Int
    var path: String
  }

  var lines: [Line]

  init(_ lab: LabDescription) throws {
    let text = try String(contentsOfFile: lab.files.accessLog, encoding: .utf8)
    lines = try text.split(separator: "\n").map { line in
      let fields = line.split(separator: " ").map(String.init)
      try #require(fields.count == 7, "\(line)")
      return Line(
        time: try #require(Double(fields[0])), address: fields[1], key: fields[2], status: try #require(Int(fields[3])),
        path: fields[5])
    }
  }
}
