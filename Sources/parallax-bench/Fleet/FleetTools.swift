internal import Foundation
internal import ParallaxLab

/// How each tool is told to reach the lab's hosts.
struct FleetTools {
  let lab: LabDescription
  let parallax: String
  let python: String
  let rounds: Int

  /// Keys for the plan, and a home in which nothing else stands.
  func environment() throws -> [String: String] {
    var environment = Spawn.bareEnvironment
    environment["HOME"] = lab.directory + "/controller"
    environment["XDG_STATE_HOME"] = lab.directory + "/controller/state"
    try FileManager.default.createDirectory(atPath: lab.directory + "/controller", withIntermediateDirectories: true)
    environment.merge(try Lab.keys(directory: lab.directory)) { $1 }
    return environment
  }

  func measure(_ executable: String, _ arguments: [String], _ more: [String: String] = [:]) throws -> TimedProcess {
    try TimedProcess(executable, arguments, try environment().merging(more) { $1 })
  }

  /// The best of all rounds, in which the tools take turns.
  func race(_ racers: [(name: String, run: () throws -> Double)]) throws -> [(name: String, seconds: Double)] {
    var best = racers.map { ($0.name, Double.infinity) }
    for _ in 0..<rounds {
      for (index, racer) in racers.enumerated() { best[index].1 = min(best[index].1, try racer.run()) }
    }
    return best
  }

  /// The same with the work of both ends. What comes before is not measured.
  func workRace(
    _ racers: [(name: String, prepare: () throws -> Void, run: () throws -> TimedProcess)]
  ) throws -> [(name: String, work: Work)] {
    let hosts = try HostWork(lab)
    var best = racers.map { ($0.name, Work.none) }
    // Not timed. A server's clock counts whole ticks of 10 ms: what one that has done nothing yet does first is lost.
    try racers[0].prepare()
    _ = try hosts.measure(racers[0].run)
    for _ in 0..<rounds {
      for (index, racer) in racers.enumerated() {
        try racer.prepare()
        best[index].1 = best[index].1.best(try hosts.measure(racer.run))
      }
    }
    return best
  }

  static func table(_ title: String, _ best: [(name: String, work: Work)]) -> TextTable {
    TextTable(
      title: title, header: ["", "seconds", "processor seconds here", "on the hosts"],
      rows: best.map {
        [$0.name, $0.work.seconds.digits(2), $0.work.controller.digits(2), $0.work.hosts.digits(2)]
      })
  }

  var bench: String { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "" }

  var agent: String {
    URL(fileURLWithPath: parallax).deletingLastPathComponent().appendingPathComponent("parallax-agent").path
  }

  // MARK: Files

  /// An inventory of the first so many hosts.
  func inventory(_ count: Int) throws -> String {
    let names = Set(lab.hosts.prefix(count).map(\.name))
    let lines = try String(contentsOfFile: lab.files.inventory, encoding: .utf8).split(separator: "\n")
    let chosen = lines.filter { line in
      let name = line.split(separator: ":").first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
      return !name.hasPrefix("lab") || names.contains(name)
    }
    return try write(chosen.joined(separator: "\n") + "\n", "hosts-\(count).yaml")
  }

  /// For whatever starts the system's ssh or scp.
  func sshConfiguration() throws -> String {
    let hosts = lab.hosts.map { "Host \($0.name)\n  HostName \($0.address)\n  Port \($0.port)\n" }.joined()
    return try write(
      hosts + """
        Host *
          User \(lab.user)
          IdentityFile "\(lab.files.identity)"
          IdentitiesOnly yes
          UserKnownHostsFile "\(lab.files.knownHosts)"
          BatchMode yes
          LogLevel ERROR

        """, "ssh_config")
  }

  /// For ansible, in its own way.
  func ansibleInventory(_ count: Int) throws -> String {
    let lines = lab.hosts.prefix(count).map {
      "\($0.name) ansible_host=\($0.address) ansible_port=\($0.port) ansible_user=\(lab.user) "
        + "ansible_ssh_private_key_file=\(lab.files.identity)"
    }
    return try write("[lab]\n" + lines.joined(separator: "\n") + "\n", "ansible.ini")
  }

  func write(_ text: String, _ name: String) throws -> String {
    let path = lab.directory + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }
}
