/// What is being done with a host, as people read it.
public enum HostState: String, Sendable, Hashable {
  /// Its turn has not come.
  case waiting
  /// The connection, the handshake, the host key; of hops too.
  case connecting
  case authenticating
  /// The host is asked what it is.
  case asking
  /// Its clock is compared with ours.
  case measuring
  case deploying
  /// The agent is started and greets.
  case starting
  case running
  case removing
  case ready
  case failed

  public var isOver: Bool { self == .ready || self == .failed }
}
