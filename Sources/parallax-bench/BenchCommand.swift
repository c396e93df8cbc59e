internal import ArgumentParser

@main
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parallax-bench", abstract: "Measures Parallax against worlds whose truth is known.",
    subcommands: [InferenceCommand.self])
}
