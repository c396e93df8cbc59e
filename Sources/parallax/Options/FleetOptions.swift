internal import ArgumentParser
internal import ParallaxFleet

/// How many hosts at a time, and how long each may take.
struct FleetOptions: ParsableArguments {
  private static let defaults = FleetLimits()

  @Option(help: ArgumentHelp("Hosts that are worked on at a time.", valueName: "n"))
  var forks = defaults.forks

  @Option(help: ArgumentHelp("For the connection to a host, and again for its handshake.", valueName: "seconds"))
  var connectTimeout = defaults.connect

  @Option(help: ArgumentHelp("For each way to authenticate.", valueName: "seconds"))
  var authTimeout = defaults.authentication

  func validate() throws {
    try Self.requirePositive(connectTimeout, "--connect-timeout")
    try Self.requirePositive(authTimeout, "--auth-timeout")
    guard forks > 0 else { throw ValidationError("--forks is at least 1") }
  }

  static func requirePositive(_ value: Double, _ name: String) throws {
    guard value > 0, value.isFinite else { throw ValidationError("\(name) is a number of seconds above 0") }
  }

  var limits: FleetLimits {
    FleetLimits(forks: forks, connect: connectTimeout, authentication: authTimeout)
  }
}

/// Which agent is put on the hosts, and how long that may take.
struct AgentOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An agent to deploy, or a folder of them, one for each architecture (default: parallax-agent beside this program).",
      valueName: "file"))
  var agent: [String] = []

  @Option(help: ArgumentHelp("For putting the agent on a host.", valueName: "seconds"))
  var deployTimeout = FleetLimits().deploy

  func validate() throws { try FleetOptions.requirePositive(deployTimeout, "--deploy-timeout") }

  func load() throws -> AgentCatalogue { try AgentCatalogue.load(paths: agent) }

  func limits(_ fleet: FleetOptions) -> FleetLimits {
    var limits = fleet.limits
    limits.deploy = deployTimeout
    return limits
  }
}

/// How long a run may take.
struct RunLimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("For an agent to start and greet.", valueName: "seconds"))
  var startTimeout = FleetLimits().start

  @Option(
    help: ArgumentHelp(
      "For all of it, from the first connection on (default: none but the plan's).", valueName: "seconds"))
  var runTimeout: Double?

  func validate() throws {
    try FleetOptions.requirePositive(startTimeout, "--start-timeout")
    if let runTimeout { try FleetOptions.requirePositive(runTimeout, "--run-timeout") }
  }

  /// Stops the experiment when its time is over, until the returned task is cancelled.
  func guarding(_ experiment: ExperimentRun) -> Task<Void, Never>? {
    runTimeout.map { seconds in
      Task {
        guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
        await experiment.stop(because: "--run-timeout of \(seconds) s is over")
      }
    }
  }
}

/// What every verb that starts agents takes.
struct LaunchOptions: ParsableArguments {
  @OptionGroup var fleet: FleetOptions
  @OptionGroup var agent: AgentOption
  @OptionGroup var run: RunLimitOptions

  var dialer: HostDialer {
    var limits = agent.limits(fleet)
    limits.start = run.startTimeout
    return HostDialer(prompt: Prompt.ask, limits: limits)
  }
}
