/// Observations as rows for other programs. Times are seconds since the run began; bodies and headers stay at home.
public enum ObservationExport {
  public enum Format: Sendable, Hashable {
    /// Comma-separated values (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it,
    /// unless the reader takes every text as text.
    case csv(defusesFormulas: Bool)
    /// One JSON object a line.
    case ndjson
  }

  /// What a column holds.
  public enum ColumnType: Sendable, Hashable { case integer, seconds, text }

  static let columns = [
    "id", "cell", "vantage", "key", "account", "stage", "planned", "sent", "connecting", "connected", "secured",
    "first_byte", "end", "clock_bound", "status", "reading", "void_reason", "failure", "layer", "server", "body",
    "bytes",
  ]

  /// The columns in their order, with what they hold.
  ///
  /// - Parameter hasRun: whether a first column holds the run's name.
  public static func columnTypes(hasRun: Bool) -> [(name: String, type: ColumnType)] {
    ((hasRun ? ["run"] : []) + columns).map { name in
      switch name {
      case "id", "status", "bytes": (name, .integer)
      case "planned", "sent", "connecting", "connected", "secured", "first_byte", "end", "clock_bound":
        (name, .seconds)
      default: (name, .text)
      }
    }
  }

  /// The line of column names.
  ///
  /// - Parameter hasRun: whether a first column holds the run's name, for files that hold several runs.
  public static func csvHeader(hasRun: Bool) -> String {
    ((hasRun ? ["run"] : []) + columns).joined(separator: ",") + "\r\n"
  }
}
