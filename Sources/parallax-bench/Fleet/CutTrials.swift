internal import Foundation
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxWire

/// Agents in the middle of their load, each at the end of an SSH session; then all links fall silent at once, as when a
/// cable is pulled. Nothing tells an agent so: its lease runs out.
struct CutTrials {
  let goals: [Goal]

  init(_ tools: FleetTools, links count: Int) throws {
    let ssh = try tools.sshConfiguration()
    let inventory = try tools.inventory(count)
    _ = try tools.measure(tools.parallax, ["deploy", "--hosts", inventory])
    let key = try Lab.keys(directory: tools.lab.directory)["KEY_A1"] ?? ""
    truncate(tools.lab.files.accessLog, 0)
    var links: [AgentDriver] = []
    defer {
      for link in links {
        kill(link.pid, SIGCONT)
        link.end()
      }
    }
    for (number, host) in tools.lab.hosts.prefix(count).enumerated() {
      let link = try AgentDriver(["/usr/bin/ssh", "-F", ssh, host.name, "exec \"$HOME\"/.cache/parallax/agent-*"])
      links.append(link)
      try link.prepare(Self.plan(tools.lab, path: "/trial/\(number)"), key: key)
      link.granted = 100_000
    }
    for link in links {
      let start = ProcessCost.now() + 100_000_000
      let items = (0..<300).map { ScheduleOrder.Item(at: start + $0 * 200_000_000, cell: 0) }
      try link.order { .schedule(ScheduleOrder(batch: $0, stage: .probe, items: items, lead: 20_000_000)) }
    }
    // Long enough for several renewals.
    let until = ProcessCost.now() + 5_000_000_000
    while ProcessCost.now() < until {
      for link in links { try link.renew() }
      usleep(200_000)
    }
    for link in links { kill(link.pid, SIGSTOP) }
    let cut = Date.now.timeIntervalSince1970
    sleep(13)
    let last = try Self.lastRequests(tools.lab)
    let times = (0..<count).map { number in (last["/trial/\(number)"] ?? -.infinity) - cut }
    let loading = times.count { $0 > -1 }
    guard loading == count else {
      throw BenchFailure("only \(loading) of \(count) agents were sending when the cut came")
    }
    let stopped = times.count { $0 <= 10 }
    print(
      "\(count) links cut while their agents sent: the last request came after \((times.max() ?? 0).digits(1)) s, "
        + "within 10 s in \(stopped) of \(count) trials\n")
    goals = [atLeast("load stops within 10 s of a cut, of \(count) trials", Double(stopped), Double(count))]
  }

  private static func plan(_ lab: LabDescription, path: String) -> RequestPlan {
    RequestPlan(
      url: URLParts(scheme: .http, host: lab.target.address, port: lab.target.port, path: path), method: "GET",
      headers: [Header("Authorization", "Bearer {{key}}")], userAgent: "Parallax/bench (run {{run}})", timeout: 5,
      keepAlive: true, certificateAuthorities: "", limitedWhen: [],
      budget: Budget(requests: 100_000, rate: 50, duration: 3600),
      cells: [RequestPlan.CellRequest(cell: 0, vantage: "here", key: "a1", account: "A", path: path, values: [])],
      addresses: [lab.target.address])
  }

  /// When each path was asked for last, seconds since 1970.
  private static func lastRequests(_ lab: LabDescription) throws -> [String: Double] {
    let text = try String(contentsOfFile: lab.files.accessLog, encoding: .utf8)
    var last: [String: Double] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard let first = fields.first, let time = Double(first) else { continue }
      for field in fields where field.hasPrefix("/trial/") { last[String(field)] = time }
    }
    return last
  }
}
