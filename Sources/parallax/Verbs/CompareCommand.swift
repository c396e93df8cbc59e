internal import ArgumentParser
internal import ParallaxModel

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Puts result tables side by side, with the significance of differences. (Not yet available.)")

  @OptionGroup var common: CommonOptions

  @Argument(help: "What it will work on.")
  var operands: [String] = []

  func run() throws {
    throw ParallaxError(
      .usage, "'parallax compare' is not available yet", remedy: "see CHANGELOG.md for what this version does")
  }
}
