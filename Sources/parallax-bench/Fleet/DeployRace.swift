internal import Foundation
internal import ParallaxLab

/// The agent on many hosts that do not have it, beside `scp` of the same file to all of them at once; and once more.
struct DeployRace {
  let goals: [Goal]

  init(_ tools: FleetTools, hosts: Int) throws {
    let inventory = try tools.inventory(hosts)
    let ssh = try tools.sshConfiguration()
    let agent = tools.agent
    let list = try tools.write(
      tools.lab.hosts.prefix(hosts).map { "\($0.name):scp-agent\n" }.joined(), "scp-list")
    let best = try tools.race([
      (
        "parallax",
        {
          _ = try tools.measure(tools.parallax, ["deploy", "--remove", "--hosts", inventory])
          return try tools.measure(tools.parallax, ["deploy", "--hosts", inventory]).seconds
        }
      ),
      (
        "scp",
        {
          try tools.measure(
            "/bin/sh", ["-c", "xargs -P \(hosts) -n 1 scp -q -F \(ssh) \(agent) < \(list)"]
          ).seconds
        }
      ),
      ("again", { try tools.measure(tools.parallax, ["deploy", "--hosts", inventory]).seconds }),
    ])
    print(
      TextTable(
        title: "The agent on \(hosts) hosts", header: ["", "seconds"],
        rows: [
          ["parallax deploy", best[0].seconds.digits(2)], ["scp, all at once", best[1].seconds.digits(2)],
          ["parallax deploy, unchanged", best[2].seconds.digits(2)],
        ]
      ).text + "\n")
    goals = [
      atMost("deploy to \(hosts) hosts, share of scp's time", best[0].seconds / best[1].seconds, 0.4),
      atMost("second deploy to \(hosts) hosts, s", best[2].seconds, 1),
    ]
  }
}
