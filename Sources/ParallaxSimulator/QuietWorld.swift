public import ParallaxLimiters
internal import ParallaxModel

extension SimulatedWorld {
  /// A world without noise, for tests by hand: nothing is lost or broken, clocks are right, every way takes half of
  /// its round trip, and nobody else uses the target.
  ///
  /// - Parameters:
  ///   - roundTrips: seconds by vantage; as many as `extent` has vantages.
  ///   - control: seconds of a hand-over between controller and agent; it varies by up to 30 %.
  ///   - service: seconds that the origin takes, always the same.
  ///   - start: the controller's clock at first, seconds since 1970.
  public static func quiet(
    _ limiters: LimiterStack, truth: Truth = Truth(kind: .single, limiters: []),
    extent: WorldDesign.Extent = .standard, roundTrips: [Double] = [0.04, 0.1], control: Double = 0.02,
    service: Double = 0.01, start: Double = 1_750_000_000
  ) -> SimulatedWorld {
    let paths = roundTrips.map {
      NetworkPath(roundTrip: $0, outbound: $0 / 2, jitter: 0, spikes: 0, control: control, clockError: 0, bound: 0)
    }
    let server = Server(
      limiters: limiters, origin: Origin(median: service, spread: 0),
      background: Background([], from: start, horizon: 60, seed: 0), seed: 0)
    return SimulatedWorld(
      layout: WorldDesign(extent: extent), truth: truth, paths: paths, server: server, lossRate: 0, start: start,
      random: SeededRandom(seed: 0), budget: WorldDraft.budget)
  }

  /// The same world, in which a vantage's host is lost for good at that time of the controller's clock.
  public func losing(vantage: Int, at time: Double) -> SimulatedWorld {
    var world = self
    world.paths[vantage].lostAt = time
    return world
  }
}
