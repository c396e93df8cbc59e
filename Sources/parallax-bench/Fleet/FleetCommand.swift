internal import ArgumentParser
internal import Foundation
internal import ParallaxLab

/// Measures how many hosts are reached at once, beside other people's tools.
struct FleetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet", abstract: "Many hosts at once, beside parallel-ssh, pdsh, clush, ansible and scp.",
    discussion: """
      All tools reach the same sshd's of a lab on the loopback interface, with the same key, in turns within one run: on
      a machine that does other things too, ratios mean something and absolute figures little. Each measurement is the
      wall time of a process from its start to its end, the best of the rounds. Exit 1 when a goal is missed.
      """)

  @Option(help: "The built parallax.")
  var parallax: String

  @Option(help: "The Python that has parallel-ssh.")
  var python: String

  @Option(help: "Rounds of every measurement.")
  var rounds = 3

  @Option(help: "Only these parts: reach, deploy, upload, hold, cut.")
  var only: [String] = []

  func run() async throws {
    var goals: [Goal] = []
    try FleetLab.with { lab in
      let tools = FleetTools(lab: lab, parallax: parallax, python: python, rounds: rounds)
      if wants("reach") { goals += try Reach(tools, hosts: 100).goals }
      if wants("deploy") { goals += try DeployRace(tools, hosts: 20).goals }
      if wants("upload") { goals += try Upload(tools, megabytes: 256).goals }
      if wants("hold") { goals += try HeldFleet(tools, hosts: 200).goals }
      if wants("cut") { goals += try CutTrials(tools, links: 100).goals }
    }
    try Goal.judge(goals)
  }

  private func wants(_ part: String) -> Bool { only.isEmpty || only.contains(part) }
}
