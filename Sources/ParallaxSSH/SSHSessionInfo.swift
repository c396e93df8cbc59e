/// What is known of an established session: who answered, what was agreed, how long it took.
public struct SSHSessionInfo: Sendable {
  public struct Times: Sendable {
    /// Name resolution and TCP.
    public var connect: Duration = .zero
    public var handshake: Duration = .zero
    /// All methods together, with the time a person took to type.
    public var authentication: Duration = .zero
  }

  /// The peer's address in numbers.
  public var address: String
  /// The server's identification, as in `SSH-2.0-OpenSSH_9.2p1`.
  public var banner: String
  public var hostKeyType: String
  /// `SHA256:` and base 64, as OpenSSH prints it.
  public var hostKeyFingerprint: String
  public var keyExchange: String
  public var cipher: String
  public var mac: String
  /// What the server accepted: `agent key NAME`, `key file PATH`, `password`, or `none`.
  public var authenticatedBy: String = ""
  public var times: Times
}
