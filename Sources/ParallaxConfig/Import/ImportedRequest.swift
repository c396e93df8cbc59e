internal import ParallaxModel

/// A request as another tool recorded it, secrets and all. It never leaves this process: `PlanDraft` takes them out.
struct ImportedRequest {
  var url: String
  var method = "GET"
  var headers: [Header] = []
  var hasBody = false
  /// Whether a `user:password` was given; where it stood does not matter.
  var usesBasic = false
}
