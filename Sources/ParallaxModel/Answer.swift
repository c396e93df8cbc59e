/// What came back for one request, as far as it is kept.
public struct Answer: Hashable, Sendable {
  /// How many bytes of a body are kept.
  public static let bodyLimit = 4096

  /// nil when no status line arrived.
  public var status: Int?
  /// In the order received.
  public var headers: [Header]
  /// The first `bodyLimit` bytes of the body.
  public var body: [UInt8]
  /// All bytes received, headers included.
  public var bytes: Int
  /// Why there is no complete answer; nil when there is one.
  public var failure: Failure?

  public init(
    status: Int? = nil, headers: [Header] = [], body: [UInt8] = [], bytes: Int = 0, failure: Failure? = nil
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.bytes = bytes
    self.failure = failure
  }

  /// Headers in which services name a request, the most telling first.
  private static let requestNames = [
    "x-request-id", "request-id", "x-amzn-requestid", "x-amz-request-id", "x-github-request-id", "x-ms-request-id",
    "apim-request-id", "x-correlation-id", "x-trace-id", "cf-ray",
  ]

  /// What the target calls this request, at most 64 characters.
  public var requestName: String? {
    for name in Self.requestNames {
      if let value = header(name), !value.isEmpty { return String(value.prefix(64)) }
    }
    return nil
  }

  /// The first value of a header, its name compared without regard to case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The class of error that kept an answer from being complete. Raw values are the wire's and the journal's.
  public enum Failure: UInt8, Hashable, Sendable, CaseIterable {
    case resolution = 1
    case connectionRefused
    case connectionTimeout
    case unreachable
    case tls
    /// The connection was reset or closed before an answer was complete.
    case reset
    /// No complete answer in time.
    case timeout
    case invalidResponse
    /// Headers or framing beyond what an agent keeps.
    case tooLarge
    /// The source address cannot be bound on the host.
    case sourceAddress
    /// Refused by the agent itself, nothing was sent: no lease, over budget, aborted.
    case notSent
  }
}

/// When the phases of one request happened, in nanoseconds of one clock (an agent's monotonic clock on the wire).
public struct Timings: Hashable, Sendable {
  /// When it should have been sent.
  public var planned: Int64
  /// When its first byte was written.
  public var sent: Int64
  /// How the connection came to stand; nil when an open one was used.
  public var connection: ConnectionPhases<Int64>?
  public var firstByte: Int64?
  /// When the answer was complete, or was given up.
  public var end: Int64

  public init(
    planned: Int64, sent: Int64, connection: ConnectionPhases<Int64>? = nil, firstByte: Int64? = nil, end: Int64
  ) {
    self.planned = planned
    self.sent = sent
    self.connection = connection
    self.firstByte = firstByte
    self.end = end
  }
}
