public import ParallaxModel

/// Observations as rows for other programs. Times are seconds since the run began; bodies and headers stay at home.
public enum ObservationExport {
  private enum Field {
    case number(Double?)
    case text(String?)
  }

  /// Comma-separated values (RFC 4180) with a header line. A text that a spreadsheet would take for a formula gets an
  /// apostrophe before it.
  ///
  /// - Parameters:
  ///   - run: the value of a first column, for files that hold several runs.
  ///   - defusesFormulas: false for programs that take every text as text.
  public static func csv(
    _ observations: [Observation], design: Design, run: String? = nil, hasHeader: Bool = true,
    defusesFormulas: Bool = true
  ) -> String {
    var text = ""
    if hasHeader { text += fields(of: nil, design, run: run).map(\.name).joined(separator: ",") + "\r\n" }
    for observation in observations {
      let cells = fields(of: observation, design, run: run).map { cell($0.value, defusesFormulas: defusesFormulas) }
      text += cells.joined(separator: ",") + "\r\n"
    }
    return text
  }

  /// One JSON object a line.
  ///
  /// - Parameter run: the value of a first field, for files that hold several runs.
  public static func ndjson(_ observations: [Observation], design: Design, run: String? = nil) -> String {
    var text = ""
    for observation in observations {
      let fields: [(String, JSONValue)] = fields(of: observation, design, run: run).map { name, field in
        switch field {
        case .number(let number): (name, .number(number))
        case .text(let string): (name, .string(string))
        }
      }
      text += JSONValue.object(fields).compact + "\n"
    }
    return text
  }

  /// The columns, and with an observation their values.
  private static func fields(
    of value: Observation?, _ design: Design, run: String?
  ) -> [(name: String, value: Field)] {
    let cell = value.flatMap { design.cells.indices.contains($0.cell) ? design.cells[$0.cell] : nil }
    var reason: String?
    var signature: Signature?
    switch value?.reading {
    case .limited(let own)?: signature = own
    case .void(let why)?: reason = "\(why)"
    case .passed?, nil: break
    }
    let first: [(name: String, value: Field)] = run.map { [("run", .text($0))] } ?? []
    return first + [
      ("id", .number(value.map { Double($0.id) })), ("cell", .text(cell?.label)),
      ("vantage", .text(cell.map { design.vantages[$0.vantage].name })), ("key", .text(cell?.key)),
      ("account", .text(cell?.account)), ("stage", .text(value?.stage.name)), ("planned", .number(value?.planned)),
      ("sent", .number(value?.sent)), ("connecting", .number(value?.connection?.began)),
      ("connected", .number(value?.connection?.connected)), ("secured", .number(value?.connection?.secured)),
      ("first_byte", .number(value?.firstByte)), ("end", .number(value?.end)),
      ("clock_bound", .number(value?.clockBound)),
      ("status", .number(value?.answer.status.map(Double.init))), ("reading", .text(value?.reading.name)),
      ("void_reason", .text(reason)), ("failure", .text(value?.answer.failure.map { "\($0)" })),
      ("layer", .text(signature?.layer.name)), ("server", .text(signature?.server)), ("body", .text(signature?.body)),
      ("bytes", .number(value.map { Double($0.answer.bytes) })),
    ]
  }

  private static func cell(_ field: Field, defusesFormulas: Bool) -> String {
    switch field {
    case .number(nil), .text(nil): return ""
    case .number(let number?): return JSONValue.number(number).compact
    case .text(let text?):
      var safe = InertText.inert(text)
      if defusesFormulas, let first = safe.first, "=+-@|%".contains(first) { safe = "'" + safe }
      guard safe.contains(where: { "\",\r\n; ".contains($0) }) else { return safe }
      return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
  }
}
