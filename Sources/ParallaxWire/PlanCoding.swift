internal import ParallaxDigest
public import ParallaxModel

extension RequestPlan {
  /// The form of the encoded plan; part of what the digest covers.
  private static let format: UInt8 = 3

  /// The plan's canonical bytes: equal plans have equal bytes.
  public func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(Self.format)
    writer.string(url.scheme.rawValue)
    writer.string(url.host)
    writer.integer(url.port)
    writer.string(url.path)
    writer.string(method)
    writer.headers(headers)
    writer.string(userAgent)
    writer.double(timeout)
    writer.flag(keepAlive)
    writer.string(certificateAuthorities)
    writer.list(limitedWhen) { $0.rule($1) }
    writer.integer(budget.requests)
    writer.double(budget.rate)
    writer.double(budget.duration)
    writer.list(cells) { $0.cell($1) }
    writer.list(addresses) { $0.string($1) }
    writer.flag(allowUnsafeMethods)
    writer.byte(transport.version.rawValue)
    writer.integer(transport.streams)
    writer.flag(transport.acceptsGzip)
    writer.string(clientCertificates)
    writer.stopRules(stopRules)
    return writer.bytes
  }

  public init(encoded bytes: [UInt8]) throws(WireError) {
    var reader = ByteReader(bytes)
    let format = try reader.byte()
    // Interrupted runs of the version before keep their plan.
    guard (Self.format - 1...Self.format).contains(format) else { throw .malformed("plan: unknown form") }
    guard let scheme = URLParts.Scheme(rawValue: try reader.string("scheme", upTo: 8)) else {
      throw .malformed("scheme")
    }
    let host = try reader.string("host", upTo: WireLimits.name)
    let port = try reader.integer()
    guard (1...65_535).contains(port) else { throw .malformed("port") }
    let path = try reader.string("path", upTo: WireLimits.text)
    self.init(
      url: URLParts(scheme: scheme, host: host, port: port, path: path),
      method: try reader.string("method", upTo: WireLimits.name),
      headers: try reader.headers(),
      userAgent: try reader.string("user agent", upTo: WireLimits.text),
      timeout: try reader.finite(),
      keepAlive: try reader.flag(),
      certificateAuthorities: try reader.string("certificates", upTo: WireLimits.certificates),
      limitedWhen: try reader.list("rules", upTo: WireLimits.rules) { reader throws(WireError) in try reader.rule() },
      budget: Budget(requests: try reader.integer(), rate: try reader.finite(), duration: try reader.finite()),
      cells: try reader.list("cells", upTo: WireLimits.cells) { reader throws(WireError) in try reader.cell() },
      addresses: try reader.list("addresses", upTo: WireLimits.addresses) { reader throws(WireError) in
        try reader.string("address", upTo: WireLimits.name)
      },
      allowUnsafeMethods: try reader.flag(),
      transport: Transport(
        version: try reader.choice("version of HTTP"), streams: try reader.integer(),
        acceptsGzip: format >= 3 ? try reader.flag() : false),
      clientCertificates: try reader.string("certificates", upTo: WireLimits.certificates),
      stopRules: try reader.stopRules())
    try reader.expectEnd()
  }

  /// What proves that two agents hold the same plan: `sha256:` and 64 hexadecimal digits.
  public var digest: String { Self.digest(ofEncoded: encoded()) }

  public static func digest(ofEncoded bytes: [UInt8]) -> String { "sha256:" + SHA256.hexDigest(of: bytes) }
}

extension ByteWriter {
  mutating func headers(_ headers: [Header]) {
    list(headers) { writer, header in
      writer.string(header.name)
      writer.string(header.value)
    }
  }

  fileprivate mutating func stopRules(_ rules: StopRules) {
    optional(rules.serverErrors) { $0.double($1) }
    optional(rules.connectionErrors) { $0.double($1) }
    optional(rules.latency) { $0.double($1) }
    optional(rules.retryAfter) { $0.double($1) }
    list(rules.when) { $0.rule($1) }
  }

  fileprivate mutating func rule(_ rule: LimitRule) {
    optional(rule.status) { $0.integer($1) }
    optional(rule.bodyContains) { $0.string($1) }
    optional(rule.header) { $0.string($1) }
  }

  fileprivate mutating func cell(_ cell: RequestPlan.CellRequest) {
    integer(cell.cell)
    string(cell.vantage)
    string(cell.key)
    string(cell.account)
    string(cell.path)
    headers(cell.values)
  }
}

extension ByteReader {
  mutating func headers() throws(WireError) -> [Header] {
    try list("headers", upTo: WireLimits.headers) { reader throws(WireError) in
      Header(
        try reader.string("header name", upTo: WireLimits.name),
        try reader.string("header value", upTo: WireLimits.text))
    }
  }

  fileprivate mutating func stopRules() throws(WireError) -> StopRules {
    StopRules(
      serverErrors: try optional { reader throws(WireError) in try reader.finite() },
      connectionErrors: try optional { reader throws(WireError) in try reader.finite() },
      latency: try optional { reader throws(WireError) in try reader.finite() },
      retryAfter: try optional { reader throws(WireError) in try reader.finite() },
      when: try list("rules", upTo: WireLimits.rules) { reader throws(WireError) in try reader.rule() })
  }

  fileprivate mutating func rule() throws(WireError) -> LimitRule {
    LimitRule(
      status: try optional { reader throws(WireError) in try reader.integer() },
      bodyContains: try optional { reader throws(WireError) in try reader.string("rule", upTo: WireLimits.text) },
      header: try optional { reader throws(WireError) in try reader.string("rule", upTo: WireLimits.name) })
  }

  fileprivate mutating func cell() throws(WireError) -> RequestPlan.CellRequest {
    RequestPlan.CellRequest(
      cell: try integer(),
      vantage: try string("vantage", upTo: WireLimits.name),
      key: try string("key", upTo: WireLimits.name),
      account: try string("account", upTo: WireLimits.name),
      path: try string("path", upTo: WireLimits.text),
      values: try headers())
  }
}
