internal import Foundation
internal import ParallaxLab

/// Other people's load generators, as scripts/bench installs them.
struct Peers {
  /// Where the ones from PyPI are.
  let directory: String

  struct Result {
    var requests: Double
    var rate: Double
    /// CPU microseconds per request.
    var cost: Double
    /// Iterations that could not be started in time; k6 alone says so.
    var dropped = 0.0
  }

  func wrk(_ target: BenchTarget, connections: Int, seconds: Int) throws -> Result {
    try measured(
      "/usr/bin/wrk",
      ["-t1", "-c\(connections)", "-d\(seconds)s", "-H", "Authorization: \(target.authorization)", target.url]
    ) { output in
      guard let count = output.number(before: " requests in "), let rate = output.number(after: "Requests/sec:") else {
        return nil
      }
      return (count, rate, 0)
    }
  }

  func hey(_ target: BenchTarget, connections: Int, seconds: Int) throws -> Result {
    try measured(
      "/usr/bin/hey",
      ["-z", "\(seconds)s", "-c", "\(connections)", "-H", "Authorization: \(target.authorization)", target.url]
    ) { output in
      guard let count = output.number(after: "[200]"), let rate = output.number(after: "Requests/sec:") else {
        return nil
      }
      return (count, rate, 0)
    }
  }

  func k6(_ target: BenchTarget, connections: Int, seconds: Int) throws -> Result {
    try k6(target, options: "vus: \(connections), duration: '\(seconds)s'")
  }

  /// Open loop at so many requests per second.
  func k6(_ target: BenchTarget, rate: Int, seconds: Int) throws -> Result {
    let users = max(20, min(2000, rate / 10))
    return try k6(
      target,
      options: """
        scenarios: { open: { executor: 'constant-arrival-rate', rate: \(rate), timeUnit: '1s',
          duration: '\(seconds)s', preAllocatedVUs: \(users), maxVUs: \(2 * users) } }
        """)
  }

  private func k6(_ target: BenchTarget, options: String) throws -> Result {
    let script = target.lab.directory + "/k6.js"
    try """
    /* what k6 runs */ import http from 'k6/http';
    export const options = { \(options), discardResponseBodies: false };
    const parameters = { headers: { Authorization: '\(target.authorization)' } };
    export default function () { http.get('\(target.url)', parameters); }
    export function handleSummary(data) {
      const value = (name, what) => name in data.metrics ? data.metrics[name].values[what] : 0;
      return { stdout: `\\ncount=${value('http_reqs', 'count')}\\nrate=${value('http_reqs', 'rate')}` +
        `\\ndropped=${value('dropped_iterations', 'count')}\\n` };
    }
    """.write(toFile: script, atomically: true, encoding: .utf8)
    return try measured(directory + "/k6", ["run", "-q", "--no-usage-report", script]) { output in
      guard let count = output.number(after: "count="), let rate = output.number(after: "rate=") else { return nil }
      return (count, rate, output.number(after: "dropped=") ?? 0)
    }
  }

  func locust(_ target: BenchTarget, connections: Int, seconds: Int) throws -> Result {
    let script = target.lab.directory + "/locustfile.py"
    try """
    from locust import FastHttpUser, task
    class User(FastHttpUser):
      host = "\(target.lab.target.url)"
      @task
      def ask(self):
        self.client.get("/v1/models", headers={"Authorization": "\(target.authorization)"})
    """.write(toFile: script, atomically: true, encoding: .utf8)
    return try measured(
      directory + "/locust",
      [
        "-f", script, "--headless", "-u", "\(connections)", "-r", "\(connections)", "-t", "\(seconds)s",
        "--only-summary", "--loglevel", "ERROR", "--json",
      ]
    ) { output in
      guard let count = output.number(after: "\"num_requests\":") else { return nil }
      return (count, count / Double(seconds), 0)
    }
  }

  private func measured(
    _ executable: String, _ arguments: [String], read: (String) -> (Double, Double, Double)?
  ) throws -> Result {
    guard FileManager.default.isExecutableFile(atPath: executable) else {
      throw BenchFailure("\(executable) is missing; scripts/bench agent installs it")
    }
    var environment = Spawn.bareEnvironment
    environment["HOME"] = NSTemporaryDirectory()
    let before = ProcessCost.ofEndedChildren()
    let result = try Command.run(executable, arguments, environment: environment, deadline: 180)
    let cost = ProcessCost.ofEndedChildren() - before
    guard result.status == 0, let (count, rate, dropped) = read(result.output), count > 0 else {
      throw BenchFailure("\(executable) said something else: \(result.output.suffix(400))")
    }
    return Result(requests: count, rate: rate, cost: cost / count * 1e6, dropped: dropped)
  }
}

extension String {
  /// The number that follows `mark`.
  fileprivate func number(after mark: String) -> Double? {
    guard let range = range(of: mark) else { return nil }
    return Double(self[range.upperBound...].drop { " \t".contains($0) }.prefix { "0123456789.e+-".contains($0) })
  }

  fileprivate func number(before mark: String) -> Double? {
    guard let range = range(of: mark) else { return nil }
    return Double(String(self[..<range.lowerBound].reversed().prefix { $0.isNumber || $0 == "." }.reversed()))
  }
}
