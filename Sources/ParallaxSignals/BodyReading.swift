/// What kind of text a body is, and what it says about limits.
struct BodyReading {
  enum Shape {
    case empty
    case json([JSONField])
    case xml(code: String?)
    case html(product: String?, title: String)
    case text
  }

  let shape: Shape
  /// The body in lower case.
  let lowercased: String

  /// Software whose stock error pages name it, or are known by their wording.
  private static let stockPages: [(mark: String, product: String)] = [
    ("cloudflare", "cloudflare"), ("openresty", "openresty"), ("nginx", "nginx"),
    ("request forbidden by administrative rules", "haproxy"), ("no server is available to handle this", "haproxy"),
    ("you have sent too many requests in a given amount of time", "haproxy"), ("apache", "apache"),
    ("varnish", "varnish"), ("akamai", "akamai"), ("cloudfront", "cloudfront"), ("fastly", "fastly"),
    ("envoy", "envoy"), ("traefik", "traefik"), ("litespeed", "litespeed"), ("incapsula", "imperva"),
    ("sucuri", "sucuri"),
  ]

  init(_ body: [UInt8]) {
    let text = String(decoding: body, as: UTF8.self)
    let lowercased = text.lowercased()
    self.lowercased = lowercased
    let start = lowercased.drop(while: \.isWhitespace)
    if start.isEmpty {
      shape = .empty
    } else if let fields = JSONScanner.fields(of: body) {
      shape = .json(fields)
    } else if start.hasPrefix("<!doctype html") || start.contains("<html")
      || (start.contains("<body") && !start.hasPrefix("<?xml"))
    {
      let product = Self.stockPages.first { lowercased.contains($0.mark) }?.product
      shape = .html(product: product, title: Self.element(["title", "h1"], of: text) ?? "")
    } else if start.hasPrefix("<") {
      shape = .xml(code: Self.element(["Code", "code", "ErrorCode", "errorcode"], of: text))
    } else {
      shape = .text
    }
  }

  /// The text of the first element with one of these names that the body has.
  private static func element(_ names: [String], of text: String) -> String? {
    for name in names {
      guard let open = text.firstRange(of: "<\(name)>") else { continue }
      let inner = text[open.upperBound...]
      return String(inner.prefix { $0 != "<" }.prefix(120)).trimmed
    }
    return nil
  }

  /// What the body gives as the reason of a refusal, for an answer whose status says that it is one.
  var meaning: Vocabulary.Meaning? {
    switch shape {
    case .empty: nil
    case .json(let fields): Self.meaning(of: fields)
    case .xml(let code): code.flatMap(Vocabulary.meaning(ofCode:)) ?? Vocabulary.meaning(ofText: lowercased)
    case .html, .text: Vocabulary.meaning(ofText: lowercased)
    }
  }

  private static func meaning(of fields: [JSONField]) -> Vocabulary.Meaning? {
    let near = fields.filter { $0.path.count <= 5 }
    let codes = near.filter(\.isCode).compactMap { $0.string.flatMap(Vocabulary.meaning(ofCode:)) }
    if let strongest = codes.max() { return strongest }
    if near.contains(where: { $0.isCode && $0.number == 429 }) { return .limit }
    return near.filter(\.isMessage).compactMap { $0.string }.compactMap { Vocabulary.meaning(ofText: $0.lowercased()) }
      .max()
  }

  /// Whether an answer with a status of success is a refusal all the same. Only a body that is an error as a whole
  /// counts: words about limits inside real content do not.
  var isErrorOfLimits: Bool {
    switch shape {
    case .json(let fields): Self.isErrorOfLimits(fields)
    case .xml(let code): code.flatMap(Vocabulary.meaning(ofCode:)).map { $0 >= .limit } ?? false
    case .html(_, let title): Vocabulary.meaning(ofText: title.lowercased()) == .limit
    case .text: lowercased.utf8.count <= 200 && Vocabulary.meaning(ofText: lowercased).map { $0 >= .limit } ?? false
    case .empty: false
    }
  }

  private static func isErrorOfLimits(_ fields: [JSONField]) -> Bool {
    let errors = fields.filter(\.isInsideError)
    let flagged = fields.contains(where: \.flagsFailure) || errors.contains { $0.string?.isEmpty == false }
    let onlyMessages = fields.count <= 3 && fields.allSatisfy { $0.path.count == 1 && ($0.isMessage || $0.isCode) }
    guard flagged || onlyMessages else { return false }
    let candidates = fields.filter { $0.isInsideError || $0.path.count == 1 }
    return meaning(of: candidates).map { $0 >= .limit } ?? false
  }
}

extension JSONField {
  /// Names under which services put an error's code.
  fileprivate var isCode: Bool {
    switch name.lowercased() {
    case "code", "type", "error", "errorcode", "error_code", "status", "reason", "errortype", "error_type", "__type",
      "name", "err", "errcode", "statuscode", "status_code", "error[]", "errors[]", "class", "id", "ret", "key":
      true
    default: false
    }
  }

  /// Names under which services put an error's sentence.
  fileprivate var isMessage: Bool {
    switch name.lowercased() {
    case "message", "msg", "detail", "details", "error_description", "description", "title", "error", "errors[]",
      "error_message", "errormessage", "errmsg", "note", "information", "result", "reason", "text", "faultstring",
      "messages[]", "errors", "err", "info", "error_msg", "data":
      true
    default: false
    }
  }

  fileprivate var isInsideError: Bool {
    guard let first = path.first?.lowercased() else { return false }
    return first.hasPrefix("err") || first.hasPrefix("fault") || first == "__type" || first == "exception"
  }

  /// A field that says the whole answer is a failure.
  fileprivate var flagsFailure: Bool {
    guard path.count == 1 else { return false }
    switch (name.lowercased(), value) {
    case ("success", .boolean(false)), ("ok", .boolean(false)), ("error", .boolean(true)): return true
    case ("success", .string(let text)): return text.lowercased() == "false"
    case ("status", .string(let text)):
      return ["error", "fail", "failed", "failure", "0", "notok", "nok"].contains(text.lowercased())
    case ("status", .number(let number)), ("code", .number(let number)), ("statuscode", .number(let number)):
      return (400...599).contains(number)
    default: return false
    }
  }
}
