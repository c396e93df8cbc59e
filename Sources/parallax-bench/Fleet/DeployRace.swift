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
    let best = try tools.workRace([
      (
        "parallax deploy",
        {
          _ = try tools.measure(tools.parallax, ["deploy", "--remove", "--hosts", inventory])
        },
        { try tools.measure(tools.parallax, ["deploy", "--hosts", inventory]) }
      ),
      (
        "scp, all at once", {},
        { try tools.measure("/bin/sh", ["-c", "xargs -P \(hosts) -n 1 scp -q -F \(ssh) \(agent) < \(list)"]) }
      ),
    ])
    let again = try tools.race([
      ("again", { try tools.measure(tools.parallax, ["deploy", "--hosts", inventory]).seconds })
    ])
    print(FleetTools.table("The agent on \(hosts) hosts", best).text)
    print("parallax deploy where it is already: \(again[0].seconds.digits(2)) s\n")
    let (ours, scp) = (best[0].work, best[1].work)
    print(
      "Of scp's wall time \((ours.seconds / scp.seconds).digits(2)), of its processor time "
        + "\((ours.processor / scp.processor).digits(2)), of its processor time on the hosts alone "
        + "\((ours.hosts / scp.hosts).digits(2))\n")
    goals = [
      atMost("deploy to \(hosts) hosts, share of scp's time", ours.seconds / scp.seconds, 0.4),
      atMost("second deploy to \(hosts) hosts, s", again[0].seconds, 1),
    ]
  }
}
