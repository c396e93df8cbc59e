internal import Foundation
internal import ParallaxLab

/// What the controller takes with an agent on each of many hosts: a triage from all of them.
struct ControllerMemory {
  let goals: [Goal]

  init(_ tools: FleetTools, hosts: Int) throws {
    let inventory = try tools.inventory(hosts)
    let arguments = ["triage", "--json", "--yes", "--hosts", inventory, tools.lab.files.plan]
    // The first run puts the agents there.
    let first = try TimedProcess(tools.parallax, arguments, try tools.environment(), statuses: [0, 3, 4])
    let second = try TimedProcess(tools.parallax, arguments, try tools.environment(), statuses: [0, 3, 4])
    print(
      "Triage from \(hosts) hosts: \(first.seconds.digits(1)) s with the deployment, \(second.seconds.digits(1)) s "
        + "without; at most \(max(first.megabytes, second.megabytes).digits(0)) MB resident\n")
    goals = [atMost("controller with \(hosts) hosts, MB resident", max(first.megabytes, second.megabytes), 100)]
  }
}
