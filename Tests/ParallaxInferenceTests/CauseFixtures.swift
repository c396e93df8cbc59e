internal import ParallaxInference
internal import ParallaxModel

/// A design with all the cells that tell causes apart, and looks at it by label.
struct CauseBench {
  static let design = Design(
    vantages: [Vantage(host: "one"), Vantage(host: "two"), Vantage(host: "three")],
    dimensions: [Dimension(name: "cost", levels: ["1000", "1"]), Dimension(name: "user-agent", levels: ["a", "b"])],
    cells: [
      cell(0, "R", 0, "a1", "A", []), cell(1, "I", 1, "a1", "A", .ip), cell(2, "K", 0, "a2", "A", .key),
      cell(3, "B", 0, "b1", "B", [.key, .account]), cell(4, "L", 1, "b1", "B", [.ip, .key, .account]),
      cell(5, "M", 1, "a2", "A", [.ip, .key]), cell(6, "I2", 2, "a1", "A", .ip),
      cell(7, "C", 0, "a1", "A", .further(0)), cell(8, "E2", 0, "a1", "A", .further(1)),
      cell(9, "N", 0, "a3", "A", .key), cell(10, "G", 0, "x", "invalid", [.key, .account]),
      cell(11, "G2", 1, "x", "invalid", [.ip, .key, .account]),
    ], gaps: [])

  var posterior = CausePosterior(design: design, unixTimeAtZero: 1_750_000_000)
  /// Seconds.
  var now = 100.0

  private static func cell(
    _ id: Int, _ label: String, _ vantage: Int, _ key: String, _ account: String, _ differs: DimensionSet
  ) -> Cell {
    Cell(
      id: id, label: label, vantage: vantage, key: key, account: account,
      levels: [differs.contains(.further(0)) ? 1 : 0, differs.contains(.further(1)) ? 1 : 0], differs: differs,
      isControl: ["N", "G"].contains(label.prefix(1)))
  }

  static func id(_ label: String) -> Int { design.cells.first { $0.label == label }!.id }

  mutating func look(
    _ label: String, _ outcome: CauseLook.Outcome, after seconds: Double = 0.1, signature: Signature? = nil,
    signals: [CauseSignal] = []
  ) {
    now += seconds
    posterior.add(
      CauseLook(time: now, cell: Self.id(label), outcome: outcome, signature: signature, signals: signals))
  }

  /// Every cell once, those named limited, keys that the target must not know refused.
  mutating func matrix(limited: Set<String>, signature: Signature? = nil, signals: [CauseSignal] = []) {
    for cell in Self.design.cells {
      if limited.contains(cell.label) {
        look(cell.label, .limited, signature: signature, signals: signals)
      } else {
        look(cell.label, cell.label.hasPrefix("G") ? .refused : .accepted)
      }
    }
  }

  var causes: [CauseKind] { posterior.estimate().credible(0.98).map(\.cause) }

  var best: (cause: CauseKind, posterior: Double) {
    let best = posterior.estimate().best
    return (best.cause, best.posterior)
  }
}
