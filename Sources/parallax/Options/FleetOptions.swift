internal import ArgumentParser
internal import ParallaxConfig
internal import ParallaxFleet

/// How many hosts at a time, and how long each may take.
struct FleetOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Hosts that are worked on at a time.", valueName: "n"))
  var forks = FleetLimits.usualForks

  @Option(
    help: Self.deadline("For the connection to a host, and again for its handshake", .connect))
  var connectTimeout: Double?

  @Option(help: Self.deadline("For each way to authenticate", .authentication))
  var authTimeout: Double?

  func validate() throws {
    try Self.requirePositive(connectTimeout, "--connect-timeout")
    try Self.requirePositive(authTimeout, "--auth-timeout")
    guard forks > 0 else { throw ValidationError("--forks is at least 1") }
  }

  /// Says what holds where the option is not given.
  static func deadline(_ what: String, _ step: HostStep) -> ArgumentHelp {
    let usual = Int(FleetLimits.usual[step] ?? 0)
    return ArgumentHelp("\(what) (default: what hosts.yaml says, or \(usual)).", valueName: "seconds")
  }

  static func requirePositive(_ value: Double?, _ name: String) throws {
    guard let value else { return }
    guard value > 0, value.isFinite else { throw ValidationError("\(name) is a number of seconds above 0") }
  }

  var limits: FleetLimits {
    var limits = FleetLimits(forks: forks)
    limits.given[.connect] = connectTimeout
    limits.given[.authentication] = authTimeout
    return limits
  }
}

/// Which agent is put on the hosts, and how long that may take.
struct AgentOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An agent to deploy, or a folder of them, one for each architecture (default: parallax-agent beside this program).",
      valueName: "file"))
  var agent: [String] = []

  @Option(help: FleetOptions.deadline("For putting the agent on a host", .deploy))
  var deployTimeout: Double?

  func validate() throws { try FleetOptions.requirePositive(deployTimeout, "--deploy-timeout") }

  func load() throws -> AgentCatalogue { try AgentCatalogue.load(paths: agent) }

  func limits(_ fleet: FleetOptions) -> FleetLimits {
    var limits = fleet.limits
    limits.given[.deploy] = deployTimeout
    return limits
  }
}

/// How long a run may take.
struct RunLimitOptions: ParsableArguments {
  @Option(help: FleetOptions.deadline("For an agent to start and greet", .start))
  var startTimeout: Double?

  @Option(
    help: ArgumentHelp(
      "For all of it, from the first connection on (default: none but the plan's).", valueName: "seconds"))
  var runTimeout: Double?

  func validate() throws {
    try FleetOptions.requirePositive(startTimeout, "--start-timeout")
    try FleetOptions.requirePositive(runTimeout, "--run-timeout")
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
    limits.given[.start] = run.startTimeout
    return HostDialer(prompt: Prompt.ask, limits: limits)
  }
}
