public import ParallaxModel

extension Ramp {
  /// Seconds between requests of one host that must meet the same state of a bucket.
  static let sandwichSpacing = 0.005

  /// The local sandwich: what to send at once after saturation, as offsets in seconds from then.
  ///
  /// Hard limit: the probes, then the exhausted cell again. Fast refill: first enough of the exhausted cell to spend
  /// what came back, then every probe twice and the exhausted cell after it. Empty when nothing is to be probed, no
  /// limit was met, or a fixed pace must not be exceeded.
  public func followUp() -> [Schedule.Item] {
    guard let saturation = phase.saturation, !specification.followUp.isEmpty, specification.pace == nil else {
      return []
    }
    let cell = specification.cell
    var cells: [Int]
    if saturation == .hard {
      cells = specification.followUp + [cell]
    } else {
      let regained = (outcome.admittedRate * roundTrip * 1.2).rounded(.up)
      cells = Array(repeating: cell, count: min(12, Int(min(regained, 12)) + 2))
      for probe in specification.followUp { cells += [probe, probe, cell] }
    }
    let spacing = Double(cells.count) <= specification.rateCap ? Self.sandwichSpacing : shortestGap
    return cells.enumerated().map { Schedule.Item(offset: Double($0.offset) * spacing, cell: $0.element) }
  }
}
