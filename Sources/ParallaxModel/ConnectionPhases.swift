/// How a connection came to stand, on the clock of whatever holds it: nanoseconds of an agent's clock on the wire,
/// seconds of the run in an observation. It often stands before the request that it is opened for is due.
public struct ConnectionPhases<Time: Hashable & Sendable>: Hashable, Sendable {
  /// When opening it began; nil in runs of earlier versions, which measured only when it stood.
  public var began: Time?
  /// When TCP's handshake was over.
  public var connected: Time
  /// When TLS stood too; nil without TLS.
  public var secured: Time?

  public init(began: Time?, connected: Time, secured: Time? = nil) {
    self.began = began
    self.connected = connected
    self.secured = secured
  }

  /// When a request could be written.
  public var stood: Time { secured ?? connected }

  public func map<Other, Failure>(
    _ transform: (Time) throws(Failure) -> Other
  ) throws(Failure) -> ConnectionPhases<Other> {
    ConnectionPhases<Other>(
      began: try began.map(transform), connected: try transform(connected), secured: try secured.map(transform))
  }
}
