public import ParallaxModel

/// What became of one host: how far it got, how long each step took, and what stopped it.
public struct HostOutcome: Sendable {
  public struct Step: Sendable, Hashable {
    public var name: String
    /// Seconds.
    public var duration: Double
  }

  public var host: String
  public var transport: String
  public var address: String
  public var steps: [Step]
  public var facts: HostFacts?
  /// Whether the agent was sent (true), was there already (false), or the host never got that far (nil).
  public var transferred: Bool?
  public var bytesSent: Int
  /// The host's clock minus ours, and how far that may be off, in seconds.
  public var clock: (offset: Double, bound: Double)?
  public var error: ParallaxError?

  /// Told what is being done.
  private let announce: @Sendable (HostState) -> Void

  init(host: String, transport: String, address: String, announce: @escaping @Sendable (HostState) -> Void) {
    self.host = host
    self.transport = transport
    self.address = address
    steps = []
    bytesSent = 0
    self.announce = announce
  }

  public var duration: Double { steps.reduce(0) { $0 + $1.duration } }

  /// Runs one step and remembers how long it took, whether it worked or not.
  mutating func step<Value: Sendable>(
    _ name: String, _ state: HostState, _ work: () async throws -> Value
  ) async throws -> Value {
    announce(state)
    let start = MonotonicClock.now
    defer { steps.append(Step(name: name, duration: Double(MonotonicClock.now - start) / 1e9)) }
    return try await work()
  }
}
