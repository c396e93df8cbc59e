internal import ArgumentParser
internal import ParallaxModel

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Goes on after an interruption, repeating nothing. (Not yet available.)")

  @OptionGroup var common: CommonOptions

  @Argument(help: "What it will work on.")
  var operands: [String] = []

  func run() throws {
    throw ParallaxError(
      .usage, "'parallax resume' is not available yet", remedy: "see CHANGELOG.md for what this version does")
  }
}
