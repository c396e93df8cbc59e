/// How many hosts are worked on at a time, and how long each step of one may take, in seconds. A host that hangs costs
/// its own deadlines and nothing else.
public struct FleetLimits: Sendable, Equatable {
  public var forks: Int
  /// Looking up the name, the connection, and the handshake, each.
  public var connect: Double
  /// Each way to authenticate; the time a person takes to answer is not counted.
  public var authentication: Double
  /// Asking what the host is, and putting the agent there.
  public var deploy: Double
  /// From the agent's start to its greeting.
  public var start: Double

  public init(
    forks: Int = 32, connect: Double = 10, authentication: Double = 15, deploy: Double = 120, start: Double = 15
  ) {
    self.forks = forks
    self.connect = connect
    self.authentication = authentication
    self.deploy = deploy
    self.start = start
  }
}
