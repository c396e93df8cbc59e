internal import ParallaxModel

/// The headers of one answer, looked up by name without regard to case.
struct HeaderFields {
  /// Names in lower case, values without the white space around them, in the order received.
  let fields: [(name: String, value: String)]

  init(_ headers: [Header]) {
    fields = headers.map { ($0.name.lowercased(), $0.value.trimmed) }
  }

  /// The first value of a header.
  subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  /// All values of a header joined by commas, as a list field is meant to be read (RFC 9110, section 5.3).
  func combined(_ name: String) -> String? {
    let values = fields.filter { $0.name == name }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  func contains(_ name: String) -> Bool { fields.contains { $0.name == name } }

  /// Names of the headers that speak of limits, sorted.
  var limitNames: [String] {
    var names: Set<String> = []
    for field in fields where HeaderFields.speaksOfLimits(field.name) { names.insert(field.name) }
    return names.sorted()
  }

  private static func speaksOfLimits(_ name: String) -> Bool {
    switch name {
    case "retry-after", "x-retry-after", "retry-after-ms", "cf-mitigated", "sforce-limit-info",
      "x-shopify-shop-api-call-limit", "x-amzn-errortype", "x-app-usage", "x-business-use-case-usage":
      true
    default:
      ["ratelimit", "rate-limit", "quota", "throttl", "rate-limited"].contains { name.contains($0) }
    }
  }

  /// Product name of the `Server` header, in lower case and without its version.
  var product: String? {
    guard let server = self["server"] else { return nil }
    let product = server.lowercased().prefix { $0 != "/" && $0 != " " && $0 != "(" }
    let plain = product.unicodeScalars.filter { (0x21...0x7e).contains($0.value) }
    return plain.isEmpty ? nil : String(String.UnicodeScalarView(plain.prefix(60)))
  }
}

extension StringProtocol {
  /// Without spaces and tabs at both ends.
  var trimmed: String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    var rest = self[...].drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return String(rest)
  }
}
