internal import ParallaxLimiters

extension SimulatedWorld {
  /// The same target, as it stands now, with one more vantage and the key of one more account to ask from, and
  /// with lost hosts back: what an inconclusive verdict may ask for.
  public func extended() -> SimulatedWorld {
    var extent = layout.extent
    extent.vantages = min(4, extent.vantages + 1)
    extent.accounts = min(4, extent.accounts + 1)
    extent.keys = 2
    var random = random
    let jitter = paths[0].jitter
    let more = extent.vantages - layout.extent.vantages
    let added = (0..<more).map { _ in NetworkPath.random(jitter: jitter, &random) }
    let present = paths.map { path in
      var path = path
      path.lostAt = .infinity
      return path
    }
    return SimulatedWorld(
      layout: WorldDesign(extent: extent, addresses: layout.addresses), truth: truth, paths: present + added,
      server: server, lossRate: lossRate, start: now, random: random, budget: budget)
  }
}
