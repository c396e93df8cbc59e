/// What an answer means for the question: did the limiter let the request pass?
public enum Reading: Hashable, Sendable {
  case passed
  case limited(Signature)
  /// Says nothing about the limiter: lost, a server error, the target unreachable.
  case void(VoidReason)

  /// Its word in exports.
  public var name: String {
    switch self {
    case .passed: "passed"
    case .limited: "limited"
    case .void: "void"
    }
  }

  public enum VoidReason: UInt8, Hashable, Sendable, CaseIterable {
    /// No answer in time. Many in a row may be a limiter that drops.
    case silence = 1
    /// Connection reset. Many in a row may be a limiter that resets.
    case reset
    case serverError
    /// Could not connect, resolve or handshake.
    case unreachable
    /// Not sent at all.
    case notSent
  }
}

/// What a limited answer looks like. It tells limiters and layers apart: two limiters rarely refuse in the same words.
public struct Signature: Hashable, Sendable {
  /// How the limiter makes itself felt.
  public enum Effect: UInt8, Hashable, Sendable, CaseIterable {
    case answer = 1
    case delay
    case reset
    case silence
  }

  /// Who says no.
  public enum Layer: UInt8, Hashable, Sendable, CaseIterable {
    case unknown = 1
    case network, cdn, edge, application, upstream, billing

    public var name: String { "\(self)" }
  }

  public var effect: Effect
  public var status: Int?
  /// Product name of the `Server` header, in lower case and without its version.
  public var server: String?
  /// Names of the headers that speak of limits, in lower case, sorted.
  public var headers: [String]
  /// A short description of the body without its variable parts, such as `html nginx` or `json error.code=rate_limited`.
  public var body: String
  public var layer: Layer

  public init(
    effect: Effect = .answer, status: Int? = nil, server: String? = nil, headers: [String] = [], body: String = "",
    layer: Layer = .unknown
  ) {
    self.effect = effect
    self.status = status
    self.server = server
    self.headers = headers
    self.body = body
    self.layer = layer
  }
}
