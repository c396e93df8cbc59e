internal import ArgumentParser
internal import ParallaxModel

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Runs a plan and checks what it expects. (Not yet available.)")

  @OptionGroup var common: CommonOptions

  @Argument(help: "What it will work on.")
  var operands: [String] = []

  func run() throws {
    throw ParallaxError(
      .usage, "'parallax verify' is not available yet", remedy: "see CHANGELOG.md for what this version does")
  }
}
