internal import ArgumentParser
internal import ParallaxFleet

/// Which agent is put on the hosts.
struct AgentOption: ParsableArguments {
  @Option(help: ArgumentHelp("The agent to deploy (default: parallax-agent beside this program).", valueName: "file"))
  var agent: String?

  func load() throws -> AgentBinary { try AgentBinary.load(path: agent ?? AgentBinary.defaultPath()) }
}
