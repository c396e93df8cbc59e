internal import ArgumentParser
internal import Foundation
internal import ParallaxLab

/// Measures the agent beside other people's tools against the lab's nginx.
struct AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent", abstract: "Pace, cost, memory and safety of the agent, beside wrk, hey, k6 and locust.",
    discussion: """
      All tools ask the lab's nginx on the loopback interface, in turns within one run: on a machine that does other
      things too, ratios mean something and absolute figures little. How late requests leave is taken from the wire
      (tcpdump, hence root) for every tool alike. Exit 1 when a goal is missed.
      """)

  @Option(help: "The agent's binary.")
  var agent: String

  @Option(help: "The directory where k6 and locust are.")
  var peers: String

  @Option(help: "Seconds of each measurement.")
  var seconds = 5

  @Option(help: "Rounds of the closed loop.")
  var rounds = 3

  @Option(help: "Seconds of the measurement of memory.")
  var memorySeconds = 60

  @Option(help: "Only these parts: closed, open, instant, memory, binary, faults.")
  var only: [String] = []

  func run() async throws {
    var goals: [Goal] = []
    let command = [URL(fileURLWithPath: agent).standardizedFileURL.path]
    let peers = Peers(directory: peers)
    try BenchTarget.with { target in
      if wants("closed") {
        let part = try ClosedLoop(target: target, agent: command, peers: peers, seconds: seconds, rounds: rounds)
        print(part.table.text + "\n")
        goals += part.goals
      }
      if wants("open") {
        let part = try OpenLoop(
          target: target, agent: command, peers: peers, rates: [100, 1000, 5000, 20_000], seconds: seconds)
        print(part.table.text + "\n")
        goals += part.goals
      }
      if wants("instant") { goals += try SameInstant(target: target, agent: command).goals }
      if wants("memory") {
        goals += try Memory(target: target, agent: command, seconds: memorySeconds).goals
      }
      if wants("binary") { goals += try Footprint(binary: command[0]).goals }
      if wants("faults") { goals += try Faults(target: target, agent: command).goals }
    }
    try Goal.judge(goals)
  }

  private func wants(_ part: String) -> Bool { only.isEmpty || only.contains(part) }
}
