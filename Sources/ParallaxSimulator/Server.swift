internal import Glibc
internal import ParallaxLimiters
internal import ParallaxModel

/// The target: limiters in front of an origin, used by others too.
struct Server: Sendable {
  /// What the target does with one request.
  struct Response: Sendable {
    enum Result: Sendable {
      case served
      case denied(Signature)
      /// A 5xx that has nothing to do with a limiter.
      case broken
    }

    var result: Result
    /// Seconds until the answer leaves.
    var duration: Double
  }

  /// A time in which everyone is denied, whatever they did.
  struct Outage: Sendable, Hashable {
    var start: Double
    var end: Double
    var signature: Signature
  }

  /// Seconds that a denial takes.
  static let denialDuration = 0.002

  var limiters: LimiterStack
  var origin: Origin
  var background: Background
  var outages: [Outage] = []
  var random: SeededRandom
  private var clock = -Double.infinity

  init(limiters: LimiterStack, origin: Origin, background: Background, seed: UInt64) {
    self.limiters = limiters
    self.origin = origin
    self.background = background
    random = SeededRandom(seed: seed, stream: 12)
  }

  /// Lets others send what is due until then.
  mutating func advance(to time: Double) {
    while let request = background.next(until: time) {
      _ = serve(request.identity, at: request.time)
    }
  }

  /// One request that arrives at `time`; arrivals must be handed over in their order.
  mutating func receive(_ identity: Identity, at time: Double) -> Response {
    advance(to: time)
    return serve(identity, at: time)
  }

  private mutating func serve(_ identity: Identity, at time: Double) -> Response {
    clock = max(clock, time)
    let service = origin.service(&random)
    if let outage = outages.first(where: { $0.start < clock && clock < $0.end }) {
      return Response(result: .denied(outage.signature), duration: Self.denialDuration)
    }
    let offer = Offer(time: clock, cost: origin.cost(of: identity), service: service, fails: origin.refuses)
    let admission = limiters.offer(offer, from: identity)
    if let signature = admission.signature {
      return Response(result: .denied(signature), duration: Self.denialDuration)
    }
    let duration = admission.delay + service
    guard random.chance(origin.errorRate) else { return Response(result: .served, duration: duration) }
    return Response(result: origin.errorLooksLike.map { .denied($0) } ?? .broken, duration: duration)
  }
}

/// What stands behind the limiters.
struct Origin: Sendable, Hashable {
  /// Median seconds of service, and the standard deviation of its logarithm.
  var median = 0.03
  var spread = 0.3
  var errorRate = 0.0
  /// Errors that cannot be told from this denial (a 503 of either); nil where they can.
  var errorLooksLike: Signature?
  /// Whether every request is refused by the application (an answer, but not a success), as with a wrong password.
  var refuses = false
  /// The cost of a request by its level in the first further dimension; 1 for those not listed.
  var costs: [Double] = []

  func service(_ random: inout SeededRandom) -> Double {
    median * exp(spread * random.normal())
  }

  func cost(of identity: Identity) -> Double {
    let level = identity.level(0)
    return costs.indices.contains(level) ? costs[level] : 1
  }
}
