public import ParallaxModel

extension Ramp {
  /// Seconds between requests of one host that must meet the same state of a bucket.
  static let sandwichSpacing = 0.005
  /// Where so many of the admitted requests were in flight at the first denial, the limit may be on them.
  static let mostInFlight = 0.4
  /// How far the first denial and the ends of requests may be off, seconds.
  static let margin = 0.02

  /// The local sandwich: what to send at once after saturation, as offsets in seconds from then.
  ///
  /// Hard limit: the probes, and the exhausted cell again where they ask for it, or where the limit may not last until
  /// the next request of another host. Fast refill: first enough of the exhausted cell to spend what came back since the
  /// loop's last request, then every probe twice and the exhausted cell after it. Empty when nothing is to be probed, no
  /// limit was met, or a fixed pace must not be exceeded.
  public func followUp() -> [Schedule.Item] {
    guard let saturation = phase.saturation, !specification.followUp.isEmpty, specification.pace == nil else {
      return []
    }
    let cell = specification.cell
    let probes = specification.followUp.filter { $0 != cell }
    var cells: [Int]
    if saturation == .hard {
      cells = probes
      if specification.followUp.last == cell || mayOpenAtOnce { cells.append(cell) }
    } else {
      let silence = min(roundTrip, max(0, lastReceived - lastSent))
      let regained = (outcome.admittedRate * silence * 1.2).rounded(.up)
      cells = Array(repeating: cell, count: Int(min(regained, 12)))
      for probe in probes { cells += [probe, probe, cell] }
    }
    let spacing = Double(cells.count) <= specification.rateCap ? Self.sandwichSpacing : shortestGap
    return cells.enumerated().map { Schedule.Item(offset: Double($0.offset) * spacing, cell: $0.element) }
  }

  /// A queue shortens, and a limit on what is in flight opens, as soon as requests end.
  private var mayOpenAtOnce: Bool {
    let denial = (tally.firstDenial ?? 0) - Self.margin
    let unheard = unanswered.waiting.count { $0 < denial }
    return hasStalled || inFlight.share(at: denial, unanswered: unheard) >= Self.mostInFlight
  }
}
