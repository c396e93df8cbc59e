/// How requests travel to the target.
public struct Transport: Hashable, Sendable {
  public enum Version: UInt8, Hashable, Sendable, CaseIterable {
    case http1 = 1
    /// By ALPN over TLS, by prior knowledge without (RFC 9113, section 3).
    case http2
  }

  /// Streams of one HTTP/2 connection that are used unless the plan says otherwise.
  public static let usualStreams = 16

  public var version: Version
  /// Requests at once on one HTTP/2 connection.
  public var streams: Int
  /// Requests say that they take gzip. Off unless the plan says so: an answer in full is what most limiters count, and
  /// what its reader expects.
  public var acceptsGzip: Bool

  public init(version: Version = .http1, streams: Int = Transport.usualStreams, acceptsGzip: Bool = false) {
    self.version = version
    self.streams = streams
    self.acceptsGzip = acceptsGzip
  }
}

/// What a client shows for itself in a TLS handshake, as files on the controller.
public struct ClientCertificate: Hashable, Sendable {
  /// PEM: the certificate, and those that it was issued by.
  public var certificateFile: String
  /// PEM; agents get it as they get keys, and it is kept nowhere.
  public var keyFile: String

  public init(certificateFile: String, keyFile: String) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }
}

/// The family of addresses that a plan insists on.
public enum AddressFamily: Int, Hashable, Sendable {
  case ipv4 = 4
  case ipv6 = 6
}
