public import ParallaxModel

/// Writes observations as rows of bytes, some hundred thousand a second. What many rows have in common (the words of a cell
/// or of a signature) is put into its form once.
public struct ObservationRows {
  /// Rows that have not been taken yet, as UTF-8.
  public private(set) var bytes: [UInt8] = []

  private let format: ObservationExport.Format
  /// What every row begins with: the run's name, if it is wanted.
  private let start: [UInt8]
  /// What stands before the value of a column, and what ends a row.
  private let openings: [[UInt8]]
  private let ending: [UInt8]
  /// By cell: label, vantage, key and account with what stands before each.
  private let cells: [[UInt8]]
  private let noCell: [UInt8]
  private let stages: [Stage: [UInt8]]
  /// The reading's name and, for those that say nothing, why.
  private let passed: [UInt8]
  private let limited: [UInt8]
  private let voids: [Reading.VoidReason: [UInt8]]
  private let failures: [Answer.Failure: [UInt8]]
  private let noFailure: [UInt8]
  /// Layer, server and body of the signature that came last.
  private var signature: (value: Signature, bytes: [UInt8])?
  private let noSignature: [UInt8]

  /// - Parameter run: the value of a first column, for files that hold several runs.
  public init(_ format: ObservationExport.Format, design: Design, run: String? = nil) {
    self.format = format
    let openings = ObservationExport.columns.enumerated().map { index, name in
      let isFirst = index == 0 && run == nil
      return switch format {
      case .csv: Array((isFirst ? "" : ",").utf8)
      case .ndjson: Array("\(isFirst ? "{" : ",")\"\(name)\":".utf8)
      }
    }
    self.openings = openings
    let name = run.map { Self.value($0, format) } ?? []
    switch format {
    case .csv:
      start = name
      ending = Array("\r\n".utf8)
    case .ndjson:
      start = run == nil ? [] : Array("{\"run\":".utf8) + name
      ending = Array("}\n".utf8)
    }
    func row(_ texts: [String?], from column: Int) -> [UInt8] {
      texts.enumerated().flatMap { openings[column + $0] + Self.value($1, format) }
    }
    cells = design.cells.map { cell in
      row([cell.label, design.vantages[cell.vantage].name, cell.key, cell.account], from: 1)
    }
    noCell = row([nil, nil, nil, nil], from: 1)
    stages = Dictionary(uniqueKeysWithValues: Stage.allCases.map { ($0, openings[5] + Self.value($0.name, format)) })
    passed = row([Reading.passed.name, nil], from: 15)
    limited = row([Reading.limited(Signature()).name, nil], from: 15)
    voids = Dictionary(
      uniqueKeysWithValues: Reading.VoidReason.allCases.map { reason in
        (reason, row([Reading.void(reason).name, "\(reason)"], from: 15))
      })
    failures = Dictionary(uniqueKeysWithValues: Answer.Failure.allCases.map { ($0, row(["\($0)"], from: 17)) })
    noFailure = row([nil], from: 17)
    noSignature = row([nil, nil, nil], from: 18)
  }

  /// Hands over what has been written, and begins anew.
  public mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  public mutating func append(_ value: Observation) {
    bytes += start
    number(value.id, 0)
    bytes += cells.indices.contains(value.cell) ? cells[value.cell] : noCell
    bytes += stages[value.stage] ?? []
    for (index, time) in [value.planned, value.sent].enumerated() { number(time, 6 + index) }
    number(value.connection?.began, 8)
    number(value.connection?.connected, 9)
    number(value.connection?.secured, 10)
    number(value.firstByte, 11)
    number(value.end, 12)
    number(value.clockBound, 13)
    number(value.answer.status, 14)
    switch value.reading {
    case .passed: bytes += passed
    case .limited: bytes += limited
    case .void(let reason): bytes += voids[reason] ?? []
    }
    bytes += value.answer.failure.flatMap { failures[$0] } ?? noFailure
    if case .limited(let signature) = value.reading { append(signature) } else { bytes += noSignature }
    number(value.answer.bytes, 21)
    bytes += ending
  }

  private mutating func append(_ value: Signature) {
    if signature?.value != value {
      let texts = [value.layer.name, value.server, value.body]
      signature = (value, texts.enumerated().flatMap { openings[18 + $0] + Self.value($1, format) })
    }
    bytes += signature?.bytes ?? []
  }

  // MARK: Values

  private mutating func number(_ value: Int?, _ column: Int) {
    bytes += openings[column]
    if let value { digits(UInt64(value.magnitude), isNegative: value < 0) } else { bytes += absent }
  }

  /// Six digits behind the point at most: more is noise.
  private mutating func number(_ value: Double?, _ column: Int) {
    bytes += openings[column]
    guard let value else {
      bytes += absent
      return
    }
    let scaled = (value * 1e6).rounded()
    guard abs(scaled) < 9e15, scaled != 0 || value == 0 else {
      bytes += Array(JSONValue.number(value).compact.utf8)
      return
    }
    let millionths = Int64(scaled)
    digits(millionths.magnitude / 1_000_000, isNegative: millionths < 0)
    var rest = millionths.magnitude % 1_000_000
    guard rest > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    var unit: UInt64 = 100_000
    while rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest / unit))
      rest %= unit
      unit /= 10
    }
  }

  private var absent: [UInt8] { format == .ndjson ? Self.null : [] }
  private static let null = Array("null".utf8)

  private mutating func digits(_ value: UInt64, isNegative: Bool) {
    if isNegative { bytes.append(UInt8(ascii: "-")) }
    var unit: UInt64 = 1
    while value / unit >= 10 { unit *= 10 }
    var rest = value
    while unit > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest / unit))
      rest %= unit
      unit /= 10
    }
  }

  private static func value(_ text: String?, _ format: ObservationExport.Format) -> [UInt8] {
    switch format {
    case .ndjson: return Array(JSONValue.string(text).compact.utf8)
    case .csv(let defusesFormulas):
      guard let text else { return [] }
      var safe = InertText.inert(text)
      if defusesFormulas, let first = safe.first, "=+-@|%".contains(first) { safe = "'" + safe }
      guard safe.contains(where: { "\",\r\n; ".contains($0) }) else { return Array(safe.utf8) }
      return Array("\"\(safe.replacing("\"", with: "\"\""))\"".utf8)
    }
  }
}
