public import ParallaxModel

/// The layer a refusal comes from, and on what grounds this is said.
public struct LayerReading: Hashable, Sendable {
  public var layer: Signature.Layer
  /// In words for the user, such as `an HTML page of nginx without limit headers`.
  public var grounds: String

  public init(layer: Signature.Layer, grounds: String) {
    self.layer = layer
    self.grounds = grounds
  }
}

/// Finds out who says no. The body is heard before the headers: proxies and networks for delivery put their headers on
/// the application's answers too, but not their words.
struct WhoSaysNo {
  let answer: Answer
  let headers: HeaderFields
  let body: BodyReading

  private static let cdnProducts: Set<String> = [
    "cloudflare", "akamaighost", "akamai", "cloudfront", "fastly", "varnish", "imperva", "sucuri", "bunnycdn",
    "keycdn", "ecs", "netlify", "vercel", "google frontend",
  ]

  private static let edgeProducts: Set<String> = [
    "nginx", "openresty", "haproxy", "apache", "envoy", "istio-envoy", "traefik", "caddy", "kong", "litespeed",
    "awselb", "tengine", "apisix", "tyk", "microsoft-azure-application-gateway", "zuul",
  ]

  func reading() -> LayerReading {
    guard let status = answer.status else {
      return LayerReading(layer: .network, grounds: "no answer came, so nothing above the network spoke")
    }
    let meaning = body.meaning
    if status == 402 || meaning == .billing {
      return LayerReading(
        layer: .billing,
        grounds: status == 402 ? "status 402, Payment Required" : "the error speaks of credit or billing")
    }
    if status == 529 || meaning == .capacity {
      return LayerReading(layer: .upstream, grounds: "the error speaks of the service's own capacity")
    }
    switch body.shape {
    case .json(let fields): return json(fields)
    case .xml: return LayerReading(layer: .application, grounds: "an XML error with a code")
    case .html(let product, _): return page(product)
    case .text, .empty: return plain()
    }
  }

  private func json(_ fields: [JSONField]) -> LayerReading {
    if let product = headers.product, product == "kong" || headers.contains("x-kong-response-latency") {
      return LayerReading(layer: .edge, grounds: "a JSON message of the gateway \(product)")
    }
    if headers.contains("x-amz-apigw-id") || headers.contains("apigw-requestid") {
      return LayerReading(layer: .edge, grounds: "a JSON message of Amazon API Gateway")
    }
    let hasCode = fields.contains { ["code", "type", "__type", "error", "reason"].contains($0.name.lowercased()) }
    return LayerReading(
      layer: .application, grounds: hasCode ? "a JSON body with an error code" : "a JSON body")
  }

  private func page(_ product: String?) -> LayerReading {
    if let cdn = deliveryNetwork(product) { return cdn }
    if let product = product ?? headers.product, Self.edgeProducts.contains(product) {
      let limits = headers.limitNames.isEmpty ? "without limit headers" : "with limit headers"
      return LayerReading(layer: .edge, grounds: "an HTML page of \(product) \(limits)")
    }
    return LayerReading(layer: .application, grounds: "an HTML page of no known proxy")
  }

  private func deliveryNetwork(_ product: String?) -> LayerReading? {
    if body.lowercased.contains("1015") && (headers.contains("cf-ray") || product == "cloudflare") {
      return LayerReading(layer: .cdn, grounds: "Cloudflare's error 1015, rate limited")
    }
    if headers.contains("cf-mitigated") {
      return LayerReading(layer: .cdn, grounds: "the header cf-mitigated: Cloudflare stopped the request itself")
    }
    if let product = product ?? headers.product, Self.cdnProducts.contains(product) {
      return LayerReading(layer: .cdn, grounds: "a page of \(product)")
    }
    if headers.contains("cf-ray") { return LayerReading(layer: .cdn, grounds: "the header cf-ray and no JSON body") }
    return nil
  }

  /// Text or nothing: only headers can tell.
  private func plain() -> LayerReading {
    if let cdn = deliveryNetwork(nil) { return cdn }
    if body.lowercased.hasPrefix("local_rate_limited") || headers.contains("x-envoy-ratelimited") {
      return LayerReading(layer: .edge, grounds: "Envoy's own words for a refusal")
    }
    if let name = headers.limitNames.first(where: { $0.contains("ratelimit") || $0.contains("rate-limit") }) {
      return LayerReading(layer: .application, grounds: "the header \(name)")
    }
    if let product = headers.product, Self.edgeProducts.contains(product) {
      return LayerReading(layer: .edge, grounds: "the Server header names \(product), and there is no error body")
    }
    if !body.lowercased.isEmpty { return LayerReading(layer: .application, grounds: "a text of no known proxy") }
    return LayerReading(layer: .unknown, grounds: "an empty answer without telling headers")
  }
}
