internal import ParallaxLimiters
internal import ParallaxModel

/// What denials look like in simulated worlds.
enum DenialForms {
  static let nginx = Signature(status: 429, server: "nginx", body: "html nginx", layer: .edge)
  static let unavailable = Signature(status: 503, server: "nginx", body: "html nginx", layer: .edge)
  static let forbidden = Signature(status: 403, server: "cloudflare", body: "html error 1015", layer: .cdn)
  static let application = Signature(
    status: 429, headers: ["retry-after", "x-ratelimit-remaining"], body: "json error.code=rate_limited",
    layer: .application)
  /// Success by its status, an error by its body.
  static let errorInBody = Signature(status: 200, body: "json error.code=quota_exceeded", layer: .application)
  static let ban = Signature(status: 403, server: "nginx", body: "html forbidden", layer: .edge)
  static let reset = Signature(effect: .reset, layer: .network)
  static let silence = Signature(effect: .silence, layer: .network)
  static let delay = Signature(effect: .delay)

  static func any(_ random: inout SeededRandom) -> Signature {
    random.weighted([
      (nginx, 0.4), (application, 0.3), (unavailable, 0.12), (forbidden, 0.09), (errorInBody, 0.09),
    ])
  }

  /// One that no one would take for `other`.
  static func any(but other: Signature, _ random: inout SeededRandom) -> Signature {
    while true {
      let signature = any(&random)
      if signature != other { return signature }
    }
  }
}
