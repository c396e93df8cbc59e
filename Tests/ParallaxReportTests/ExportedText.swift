internal import ParallaxModel
internal import ParallaxReport

extension ObservationExport {
  /// Comma-separated values with a header line, as a file for people holds them.
  static func csv(_ observations: [Observation], design: Design) -> String {
    csvHeader(hasRun: false) + text(observations, as: .csv(defusesFormulas: true), design)
  }

  static func ndjson(_ observations: [Observation], design: Design) -> String {
    text(observations, as: .ndjson, design)
  }

  private static func text(_ observations: [Observation], as format: Format, _ design: Design) -> String {
    var rows = ObservationRows(format, design: design)
    for observation in observations { rows.append(observation) }
    return String(decoding: rows.bytes, as: UTF8.self)
  }
}
