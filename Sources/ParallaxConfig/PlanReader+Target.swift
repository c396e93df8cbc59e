internal import ParallaxModel

extension PlanReader {
  func target(_ value: YAMLValue, known: [String]) throws(ParallaxError) -> Target {
    let fields = try value.fields([
      "url", "method", "headers", "permission", "allow_unsafe_methods", "ca_file", "timeout", "keep_alive", "http",
      "streams", "compression", "client_certificate", "client_key", "ip_version", "contact",
    ])
    let url = try fields.required("url", because: "say what to ask, like https://api.example.com/v1/models")
    let allowUnsafe = try fields["allow_unsafe_methods"]?.boolean() ?? false
    return Target(
      url: try url.url(known: known),
      method: try fields["method"].map { value throws(ParallaxError) in
        try method(value, allowUnsafe: allowUnsafe)
      } ?? "GET",
      headers: try fields["headers"].map { value throws(ParallaxError) in try headers(value, known: known) } ?? [],
      permission: try permission(fields),
      allowUnsafeMethods: allowUnsafe,
      caFile: try fields["ca_file"]?.filePath(),
      timeout: try fields["timeout"]?.duration() ?? 10,
      keepAlive: try fields["keep_alive"]?.boolean() ?? true,
      transport: try transport(fields),
      clientCertificate: try clientCertificate(fields),
      addressFamily: try fields["ip_version"].map { value throws(ParallaxError) in
        guard let family = AddressFamily(rawValue: try value.integer(in: 0...9)) else {
          throw value.error("`target.ip_version` must be 4 or 6")
        }
        return family
      },
      contact: try fields["contact"].map { value throws(ParallaxError) in try contact(value) })
  }

  /// What frames a request or is meant for the next hop alone (RFC 9110, section 7.6.1): the agent's own business.
  private static let reserved: Set<String> = [
    "host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "te", "trailer",
    "upgrade", "expect",
  ]

  /// It stands inside a comment of the User-Agent.
  private func contact(_ value: YAMLValue) throws(ParallaxError) -> String {
    let text = try value.string()
    guard !text.isEmpty, text.utf8.count <= 200,
      text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 && !"()\\{}".utf8.contains($0) })
    else {
      throw value.error(
        "`target.contact` must be plain text without parentheses, braces and backslashes",
        remedy: "write an address, like `contact: ops@example.com`")
    }
    return text
  }

  private func permission(_ fields: YAMLFields) throws(ParallaxError) -> String {
    let field = try fields.required(
      "permission",
      because: "a run loads the target up to its limit, so the plan must say on what ground this target may be "
        + "tested: `permission: \"our own gateway, ticket OPS-1\"`")
    let text = try field.string()
    guard text.contains(where: \.isLetter) else {
      throw field.error("`target.permission` must say in words on what ground this target may be tested")
    }
    return text
  }

  private func method(_ value: YAMLValue, allowUnsafe: Bool) throws(ParallaxError) -> String {
    let method = try value.string()
    guard !method.isEmpty, method.utf8.allSatisfy({ (65...90).contains($0) }) else {
      throw value.error("`target.method` must be an HTTP method in capitals, such as GET")
    }
    guard allowUnsafe || ["GET", "HEAD"].contains(method) else {
      throw value.error(
        "`target.method` is \(Printable.inert(method)): only GET and HEAD are known to change nothing",
        remedy: "use one of them, or add `allow_unsafe_methods: true` if repeating this request does no harm")
    }
    return method
  }

  private func headers(_ value: YAMLValue, known: [String]) throws(ParallaxError) -> [Header] {
    var headers: [Header] = []
    for entry in try value.fields().entries {
      guard !entry.name.isEmpty, entry.name.utf8.allSatisfy(isTokenByte) else {
        throw entry.key.error("`\(Printable.inert(entry.name))` is not a valid header name")
      }
      guard !Self.reserved.contains(entry.name.lowercased()) else {
        throw entry.key.error("the header `\(entry.name)` is set by the agent", remedy: "remove it from the plan")
      }
      guard !headers.contains(where: { $0.name.lowercased() == entry.name.lowercased() }) else {
        throw entry.key.error("the header `\(entry.name)` stands twice")
      }
      let text = entry.value.isNull ? "" : try entry.value.template(known: known).text
      guard text.utf8.allSatisfy({ $0 == 9 || ($0 >= 0x20 && $0 != 0x7f) }) else {
        throw entry.value.error("the value of the header `\(entry.name)` has a control character")
      }
      guard !LiteralSecret.isCarried(byHeader: entry.name, value: text) else {
        throw entry.value.error(
          "the header `\(entry.name)` seems to hold a credential",
          remedy: "name the key under `accounts` with env, file or command, and write {{key}} here")
      }
      headers.append(Header(entry.name, text))
    }
    return headers
  }

  /// RFC 9110, section 5.6.2: the characters of a token.
  private func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
