package import ParallaxModel

/// The request of one cell in full: what stands on the request line and in the header fields.
///
/// `Host`, `User-Agent`, `Accept`, if wanted `Accept-Encoding`, and without keep-alive `Connection: close` stand first unless the plan has its own.
/// There is never a body.
package struct RequestText: Hashable, Sendable {
  package var method: String
  package var target: String
  package var headers: [Header]

  /// Framing is the agent's own business: a plan that claims it could smuggle a second request into the first.
  private static let reserved: Set<String> = [
    "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer", "expect",
  ]

  /// Fills the plan's templates for a cell; `secret` is nil when the agent was not given the cell's key. `{{run}}` in the
  /// user agent is the run's name, by which the target's owner finds its requests.
  package init(
    plan: RequestPlan, run: String, cell: RequestPlan.CellRequest, secret: String?
  ) throws(PlanRefusal) {
    let values = { (name: String) -> String? in
      switch name {
      case "key": secret
      case "account": cell.account
      default: cell.values.first { $0.name == name }?.value
      }
    }
    method = plan.method
    let path = try Self.filled(cell.path) { name in
      values(name).map { PercentEncoding.encode($0, keeping: name == "key" ? "" : "/") }
    }
    guard path.utf8.first == UInt8(ascii: "/") else {
      throw .invalid("the path of cell \(cell.cell) has no / in front")
    }
    target = PercentEncoding.encodeInvalid(path)
    headers = []
    for header in plan.headers {
      guard Self.isToken(header.name) else { throw .invalid("\"\(header.name)\" cannot be the name of a header") }
      guard !Self.reserved.contains(header.name.lowercased()) else {
        throw .invalid("the header \(header.name) cannot be set by a plan")
      }
      if cell.key.isEmpty, try Self.asksForKey(header.value) { continue }
      let value = try Self.filled(header.value, value: values)
      guard Self.isFieldValue(value) else {
        throw .invalid("the header \(header.name) of cell \(cell.cell) would hold a line break or control character")
      }
      headers.append(Header(header.name, value))
    }
    let userAgent = try Self.filled(plan.userAgent) { $0 == "run" ? run : nil }
    var defaults = [
      Header("Host", plan.url.authority), Header("User-Agent", userAgent), Header("Accept", "*/*"),
    ]
    if plan.transport.acceptsGzip { defaults.append(Header("Accept-Encoding", "gzip")) }
    guard Self.isFieldValue(userAgent), Self.isFieldValue(plan.url.authority) else {
      throw .invalid("the user agent or the host holds a line break or control character")
    }
    if !plan.keepAlive { defaults.append(Header("Connection", "close")) }
    let named = Set(headers.map { $0.name.lowercased() })
    headers = defaults.filter { !named.contains($0.name.lowercased()) } + headers
    if method != "GET", method != "HEAD" { headers.append(Header("Content-Length", "0")) }
  }

  /// The request as HTTP/1.1 writes it (RFC 9112, section 2.1).
  package var bytes: [UInt8] {
    var text = "\(method) \(target) HTTP/1.1\r\n"
    for header in headers { text += "\(header.name): \(header.value)\r\n" }
    return Array((text + "\r\n").utf8)
  }

  private static func asksForKey(_ template: String) throws(PlanRefusal) -> Bool {
    var isAsked = false
    _ = try filled(template) { name in
      isAsked = isAsked || name == "key"
      return ""
    }
    return isAsked
  }

  private static func filled(_ text: String, value: (String) -> String?) throws(PlanRefusal) -> String {
    do {
      return try Template.fill(text, value: value)
    } catch {
      switch error {
      case .unclosed: throw .invalid("a template has {{ without }}")
      case .unknownName("key"): throw .secretMissing
      case .unknownName(let name): throw .invalid("a template asks for {{\(name)}}, which no dimension is called")
      }
    }
  }

  /// A token of RFC 9110, section 5.6.2.
  package static func isToken(_ text: String) -> Bool {
    let marks = Set("!#$%&'*+-.^_`|~".utf8)
    return !text.isEmpty
      && text.utf8.allSatisfy { byte in
        marks.contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte)
      }
  }

  /// RFC 9110, section 5.5: no control characters, and nothing that could begin a new line.
  package static func isFieldValue(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
  }
}
