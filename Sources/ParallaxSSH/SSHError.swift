/// What went wrong with an SSH session, in words for the person who runs it.
///
/// A message names the host and never holds a secret. `remedy` says what to do about it, if something can be done.
public struct SSHError: Error, Sendable, Equatable {
  /// The kind of failure. New kinds may be added: match on the ones you know, and treat the rest alike.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
      self.description = description
    }

    // Reaching the host
    public static let nameResolution = Code("name_resolution")
    public static let connectionRefused = Code("connection_refused")
    public static let connectTimeout = Code("connect_timeout")
    public static let unreachable = Code("unreachable")
    // The handshake
    public static let handshakeTimeout = Code("handshake_timeout")
    public static let handshakeFailed = Code("handshake_failed")
    public static let noCommonAlgorithm = Code("no_common_algorithm")
    public static let rsaOnlyHost = Code("rsa_only_host")
    // The host key
    public static let knownHostsUnreadable = Code("known_hosts_unreadable")
    public static let hostKeyUnknown = Code("host_key_unknown")
    public static let hostKeyChanged = Code("host_key_changed")
    public static let hostKeyRevoked = Code("host_key_revoked")
    // Authentication
    public static let authenticationRefused = Code("authentication_refused")
    public static let authenticationTimeout = Code("authentication_timeout")
    public static let agentUnavailable = Code("agent_unavailable")
    public static let keyUnreadable = Code("key_unreadable")
    public static let passphraseRequired = Code("passphrase_required")
    public static let passphraseWrong = Code("passphrase_wrong")
    public static let rsaKey = Code("rsa_key")
    // An established session
    public static let channelFailed = Code("channel_failed")
    public static let inputUnreadable = Code("input_unreadable")
    public static let outputTooLarge = Code("output_too_large")
    public static let timedOut = Code("timed_out")
    public static let cancelled = Code("cancelled")
    public static let closed = Code("closed")
    /// The operating system or libssh2 refused something that does not fail in practice (memory, threads, descriptors).
    public static let system = Code("system")
  }

  public var code: Code
  public var message: String
  public var remedy: String?
  /// The error number of libssh2 behind it, if there is one (`LIBSSH2_ERROR_*`, negative).
  public var underlying: Int32?
  /// The server turned the connection away before anything of the user's was sent, and may well take the next one.
  public var isPassing = false

  public init(_ code: Code, _ message: String, remedy: String? = nil, underlying: Int32? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.underlying = underlying
  }
}

extension SSHError: CustomStringConvertible {
  public var description: String {
    var text = "\(code): \(message)"
    if let underlying { text += " (libssh2 \(underlying))" }
    if let remedy { text += "; \(remedy)" }
    return text
  }
}
