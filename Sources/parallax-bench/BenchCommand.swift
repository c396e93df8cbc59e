internal import ArgumentParser

@main
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parallax-bench",
    abstract: "Measures Parallax: its verdicts where the truth is known, its agent beside other tools.",
    subcommands: [
      InferenceCommand.self, AgentCommand.self, JournalCommand.self, ExportCommand.self, AppendCommand.self,
    ])
}
