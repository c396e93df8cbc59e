internal import ArgumentParser
internal import Glibc
internal import ParallaxReport

/// Options that every verb understands, though not all of them change what it does.
struct CommonOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The inventory.", valueName: "file"))
  var hosts = "hosts.yaml"

  @Option(help: ArgumentHelp("Where runs are kept (default: $XDG_STATE_HOME/parallax).", valueName: "dir"))
  var store: String?

  @Flag(help: "Print the result as JSON on standard output, and nothing else there.")
  var json = false

  @Flag(name: .shortAndLong, help: "Confirm the budget without being asked.")
  var yes = false

  @Option(help: ArgumentHelp("Seed of every random choice, to repeat a run.", valueName: "n"))
  var seed: UInt64?

  @Flag(name: .shortAndLong, help: "No progress on standard error.")
  var quiet = false

  @Flag(help: "No colours (NO_COLOR does the same).")
  var noColor = false

  /// What standard output can show.
  var terminal: TerminalOptions { TerminalOptions.of(descriptor: STDOUT_FILENO, noColour: noColor) }
}
