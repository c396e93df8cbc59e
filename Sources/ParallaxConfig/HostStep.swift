/// A step with a host that has a deadline of its own. The raw value is its field in hosts.yaml, in seconds.
public enum HostStep: String, CaseIterable, Sendable {
  /// Looking up the name, the connection, and the handshake, each.
  case connect = "connect_timeout"
  /// Each way to authenticate; the time a person takes to answer is not counted.
  case authentication = "auth_timeout"
  /// Asking what the host is, and putting the agent there.
  case deploy = "deploy_timeout"
  /// From the agent's start to its greeting.
  case start = "start_timeout"
}
