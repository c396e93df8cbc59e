/// plan.yaml for a lab's target, with the truth as what `parallax verify` is to find.
enum LabPlan {
  /// The paths that the plan compares when the limiter is keyed on the path. The target answers on any.
  static let paths = ["/v1/models", "/v1/files"]

  static func render(_ lab: LabDescription) -> String {
    let target = lab.target.configuration
    let scope = target.limiter.scope?.map(\.rawValue).joined(separator: ", ")
    let varied = target.limiter.scope?.contains(.path) == true
    return """
      # The lab's target as it is now. Limiter: \(target.limiter), \(target.rate), burst \(target.burst).
      target:
        url: \(lab.target.url)\(paths[0])
        headers: { Authorization: "Bearer {{key}}" }
        permission: "the local laboratory"
      accounts:
        A: { keys: { a1: { env: KEY_A1 }, a2: { env: KEY_A2 } } }
        B: { keys: { b1: { env: KEY_B1 } } }
      budget: { requests: 500, rate: 50/s, duration: 5m }

      """
        + (varied ? "dimensions: { path: [\(paths.joined(separator: ", "))] }\n" : "")
        + (scope.map { "expect:\n  - { scope: [\($0)] }\n" } ?? "")
  }
}
