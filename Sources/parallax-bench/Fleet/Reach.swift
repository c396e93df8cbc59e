internal import Foundation
internal import ParallaxLab

/// Connect, authenticate, run `true` on every host.
struct Reach {
  private let results: [(name: String, work: Work)]

  init(_ tools: FleetTools, hosts: Int) throws {
    let ssh = try tools.sshConfiguration()
    let names = tools.lab.hosts.prefix(hosts).map(\.name).joined(separator: ",")
    let inventory = try tools.inventory(hosts)
    let ansible = try tools.ansibleInventory(hosts)
    let script = try tools.write(
      """
      from pssh.clients import ParallelSSHClient
      from pssh.config import HostConfig
      hosts = \(tools.lab.hosts.prefix(hosts).map { [$0.address] }.flatMap(\.self))
      ports = \(tools.lab.hosts.prefix(hosts).map(\.port))
      client = ParallelSSHClient(hosts, host_config=[HostConfig(port=port) for port in ports], user="\(tools.lab.user)",
          pkey="\(tools.lab.files.identity)", pool_size=\(hosts), allow_agent=False, num_retries=1)
      output = client.run_command("true")
      client.join(output)
      assert all(host.exit_code == 0 for host in output), [host.exception for host in output]
      """, "reach.py")
    results = try tools.workRace([
      (
        "parallax", {},
        { try tools.measure(tools.bench, ["fleet-worker", "--hosts", inventory, "--command", "true"]) }
      ),
      ("parallel-ssh", {}, { try tools.measure(tools.python, [script]) }),
      (
        "pdsh", {},
        {
          try tools.measure(
            "/usr/bin/pdsh", ["-S", "-R", "ssh", "-f", "\(hosts)", "-w", names, "true"],
            ["PDSH_SSH_ARGS": "-F \(ssh) %h", "PDSH_SSH_ARGS_APPEND": ""])
        }
      ),
      (
        "clush", {},
        {
          try tools.measure(
            "/usr/bin/clush", ["-S", "-f", "\(hosts)", "-O", "ssh_options=-F \(ssh)", "-w", names, "true"])
        }
      ),
      (
        "ansible", {},
        {
          try tools.measure(
            "/usr/bin/ansible", ["lab", "-i", ansible, "-m", "raw", "-a", "true", "-f", "\(hosts)"],
            ["ANSIBLE_SSH_ARGS": "-F \(ssh)", "LC_ALL": "C.UTF-8"])
        }
      ),
    ])
    print(FleetTools.table("Connect, authenticate and run `true` on \(hosts) hosts", results).text)
    // Whoever connects, the hosts do this much, on the processors that they share with the controller.
    let floor = results[0].work.hosts / Double(ProcessInfo.processInfo.activeProcessorCount)
    print(
      "The hosts' own part of parallax's time: \(results[0].work.hosts.digits(2)) processor seconds, so \(floor.digits(2)) s "
        + "or more on this machine, \((floor / results[4].work.seconds).digits(2)) of ansible's time\n")
  }

  var goals: [Goal] {
    zip(results.dropFirst(), [0.65, 0.3, 0.3, 0.1]).map { peer, target in
      atMost("reach 100 hosts, share of \(peer.name)'s time", results[0].work.seconds / peer.work.seconds, target)
    }
  }
}
