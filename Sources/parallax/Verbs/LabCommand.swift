internal import ArgumentParser
internal import Foundation
internal import ParallaxLab
internal import ParallaxModel

struct LabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab", abstract: "The local laboratory: hosts with sshd of their own and a rate-limited target.",
    subcommands: [Up.self, Down.self, Target.self, Status.self, Exec.self])

  struct Location: ParsableArguments {
    @Option(help: ArgumentHelp("Where the lab is.", valueName: "dir"))
    var directory = Lab.defaultDirectory
  }

  struct Limiter: ParsableArguments {
    @Option(help: "What the target's limiter is keyed on: ip, key, account, joined by +; everyone; none.")
    var limiter = "ip"

    @Option(help: "Its pace, as nginx writes it.")
    var rate = "30r/m"

    @Option(help: "Requests beyond the pace that are let through at once.")
    var burst = 10

    @Option(help: "Status of a refusal.")
    var status = 429

    @Flag(help: "Excess requests wait instead of being refused.")
    var queue = false

    @Flag(help: "Somebody else has spent the reference's bucket already.")
    var drained = false

    @Option(name: .customLong("block"), help: "Name of a host whose every request is refused. May be repeated.")
    var blocked: [String] = []

    func configuration() throws -> LabTargetConfiguration {
      LabTargetConfiguration(
        limiter: try LabLimiter(parsing: limiter), rate: try LabRate(parsing: rate), burst: burst, noDelay: !queue,
        status: status, drained: drained, blockedHosts: blocked)
    }
  }

  struct Up: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Brings a lab up.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var location: Location
    @OptionGroup var limiter: Limiter

    @Flag(help: "Namespaces with addresses of their own instead of loopback addresses. Needs root.")
    var namespaces = false

    @Option(name: .customLong("count"), help: "How many hosts.")
    var count = 3

    @Flag(help: "Free ports instead of those that the example hosts.yaml names.")
    var freePorts = false

    func run() throws {
      let configuration = LabConfiguration(
        mode: namespaces ? .namespaces : .loopback, hosts: count, ports: freePorts ? .free : .fixed,
        target: try limiter.configuration())
      let lab = try Lab.up(configuration, directory: location.directory)
      LabCommand.show(lab, common: common)
    }
  }

  struct Down: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Takes the lab down and leaves nothing behind.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var location: Location

    func run() throws {
      try Lab.down(directory: location.directory)
      if !common.quiet { Terminal.complain("the lab in \(location.directory) is down") }
    }
  }

  struct Target: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Gives the target another limiter, with empty buckets.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var location: Location
    @OptionGroup var limiter: Limiter

    func run() throws {
      let lab = try Lab.changeTarget(try limiter.configuration(), directory: location.directory)
      LabCommand.show(lab, common: common)
    }
  }

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What the lab is and what of it runs.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var location: Location

    func run() throws {
      let status = try Lab.status(directory: location.directory)
      if common.json { return try LabCommand.print(json: status) }
      LabCommand.show(status.lab, common: common)
      for process in status.processes {
        let pid = process.pid.map { " (pid \($0))" } ?? ""
        Terminal.result("\(process.role): \(process.isRunning ? "runs" : "does not run")\(pid)")
      }
      if !status.isComplete { Terminal.result("bringing it up was interrupted: take it down") }
    }
  }

  struct Exec: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Runs a command where the hosts can be reached, with the lab's keys in its environment.")

    @OptionGroup var location: Location

    @Argument(parsing: .captureForPassthrough, help: "The command.")
    var command: [String]

    func run() throws {
      try Lab.execute(command.first == "--" ? Array(command.dropFirst()) : command, directory: location.directory)
    }
  }

  private static func show(_ lab: LabDescription, common: CommonOptions) {
    if common.json { return (try? print(json: lab)) ?? () }
    let target = lab.target.configuration
    Terminal.result(
      """
      lab: \(lab.directory) (\(lab.mode.rawValue)), \(lab.hosts.count) hosts, target \(lab.target.url)
      limiter: \(target.limiter), \(target.rate), burst \(target.burst)
      try: parallax lab exec -- parallax run --hosts \(lab.files.inventory) --yes \(lab.files.plan)
      """)
  }

  private static func print(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    Terminal.result(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
