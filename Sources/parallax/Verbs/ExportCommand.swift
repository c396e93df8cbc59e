internal import ArgumentParser
internal import ParallaxModel

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Exports observations. (Not yet available.)")

  @OptionGroup var common: CommonOptions

  @Argument(help: "What it will work on.")
  var operands: [String] = []

  func run() throws {
    throw ParallaxError(
      .usage, "'parallax export' is not available yet", remedy: "see CHANGELOG.md for what this version does")
  }
}
