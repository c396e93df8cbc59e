internal import Foundation
internal import ParallaxLab
internal import ParallaxModel

/// The lab's nginx without a limiter, and how each tool asks it.
struct BenchTarget {
  let lab: LabDescription
  let key: String

  var url: String { lab.target.url + "/v1/models" }
  var authorization: String { "Bearer \(key)" }

  /// Brings the lab up for the body, and takes it down after it.
  static func with(_ body: (BenchTarget) throws -> Void) throws {
    let directory = NSTemporaryDirectory() + "parallax-bench-\(getpid())"
    let configuration = LabConfiguration(
      hosts: 3, ports: .free, target: LabTargetConfiguration(limiter: LabLimiter(scope: nil)))
    let lab = try Lab.up(configuration, directory: directory)
    let result = Result {
      guard let key = try Lab.keys(directory: directory)["KEY_A1"] else { throw BenchFailure("the lab has no keys") }
      try body(BenchTarget(lab: lab, key: key))
    }
    try Lab.down(directory: directory)
    try? FileManager.default.removeItem(atPath: directory)
    try result.get()
  }

  /// With a budget for so many requests per second and not many more.
  func plan(rate: Double) -> RequestPlan {
    plan(budget: Budget(requests: 1_000_000, rate: rate * 1.01, duration: 3600))
  }

  func plan(timeout: Double = 5, budget: Budget = Budget(requests: 1_000_000, rate: 50_000, duration: 3600))
    -> RequestPlan
  {
    RequestPlan(
      url: URLParts(scheme: .http, host: lab.target.address, port: lab.target.port, path: "/v1/models"), method: "GET",
      headers: [Header("Authorization", "Bearer {{key}}")], userAgent: "Parallax/bench (run {{run}})",
      timeout: timeout, keepAlive: true, certificateAuthorities: "", limitedWhen: [], budget: budget,
      cells: [
        RequestPlan.CellRequest(
          cell: 0, vantage: "here", key: "a1", account: "A", path: "/v1/models", values: [])
      ], addresses: [lab.target.address])
  }

  /// Requests that nginx has answered so far; it notes each when it is done with it.
  func logged() throws -> Int {
    let log = try Data(contentsOf: URL(fileURLWithPath: lab.files.accessLog), options: .mappedIfSafe)
    return log.count { $0 == 10 }
  }

  func emptyLog() { truncate(lab.files.accessLog, 0) }
}
