internal import Foundation

/// A limiter of a real server, and what it is known to do: `Limiters/SOFTWARE/SCENARIO/truth.json`.
struct KnownLimiter: Sendable {
  /// One of its limits. Sizes are in requests, windows in seconds.
  struct Limit: Decodable, Sendable {
    var scope: Set<String>
    var kind: String?
    var algorithm: String?
    var limit: Double
    var window: Double?
    /// Of a token bucket.
    var burst: Double?
    /// Bits of the address that it looks at, where not all.
    var prefix: Int?
    /// Processes that count by themselves.
    var workers: Int?
  }

  /// What the plan must ask for, so that the limiter is met at all.
  struct Request: Decodable, Sendable {
    var path: String?
    var headers: [String: String]?
    var dimensions: [String: [String]]?
    var timeout: String?
  }

  private struct Truth: Decodable {
    var limiters: [Limit]
    var request: Request?
  }

  /// SOFTWARE/SCENARIO.
  let name: String
  let limits: [Limit]
  let request: Request

  /// All there are, by name.
  static func all() throws -> [KnownLimiter] {
    let files = FileManager.default
    return try ["flask", "haproxy", "nginx", "slowapi"].flatMap { software in
      try files.contentsOfDirectory(atPath: directory + "/" + software).sorted().compactMap { scenario in
        let path = "\(directory)/\(software)/\(scenario)/truth.json"
        guard let data = files.contents(atPath: path) else { return nil }
        let truth = try JSONDecoder().decode(Truth.self, from: data)
        return KnownLimiter(
          name: "\(software)/\(scenario)", limits: truth.limiters,
          request: truth.request ?? Request(path: nil, headers: nil, dimensions: nil, timeout: nil))
      }
    }
  }

  static var directory: String { Bundle.module.path(forResource: "Limiters", ofType: nil)! }

  /// The plan of a user who knows nothing of it.
  func plan(url: String) throws -> String {
    var headers = request.headers ?? [:]
    headers["Authorization"] = "Bearer {{key}}"
    let json = { (value: any Encodable) in String(decoding: try JSONEncoder().encode(value), as: UTF8.self) }
    var plan = """
      target:
        url: \(url)\(request.path ?? "/")
        headers: \(try json(headers))
        permission: "a limiter of the test's own"
        keep_alive: false

      """
    if let timeout = request.timeout { plan += "  timeout: \(timeout)\n" }
    plan += """
      accounts:
        A: { keys: { a1: { env: KEY_A1 }, a2: { env: KEY_A2 } } }
        B: { keys: { b1: { env: KEY_B1 }, b2: { env: KEY_B2 } } }
      budget: { requests: 1500, rate: 50/s, duration: 6m }

      """
    if let dimensions = request.dimensions { plan += "dimensions: \(try json(dimensions))\n" }
    return plan
  }

  static let keys = ["KEY_A1": "a1", "KEY_A2": "a2", "KEY_B1": "b1", "KEY_B2": "b2"]
}
