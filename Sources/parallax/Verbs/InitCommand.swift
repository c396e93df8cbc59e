internal import ArgumentParser
internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Writes a commented hosts.yaml and plan.yaml to start from.")

  @OptionGroup var common: CommonOptions

  @Argument(help: "Folder to write into.")
  var directory = "."

  @Flag(help: "Overwrite files that are there.")
  var force = false

  @Option(help: ArgumentHelp("Make the plan of a curl command; keys are not written down.", valueName: "command"))
  var curl: String?

  @Option(help: ArgumentHelp("Make the plan of an HTTP archive's limited request.", valueName: "file"))
  var har: String?

  func validate() throws {
    if curl != nil, har != nil { throw ValidationError("Give --curl or --har, not both.") }
  }

  func run() throws {
    let draft = try curl.map(PlanDraft.curl) ?? har.map { try PlanDraft.har(path: $0) }
    let files = [("hosts.yaml", StarterFiles.hosts), ("plan.yaml", draft?.text ?? StarterFiles.plan)]
    let paths = files.map { URL(fileURLWithPath: directory).appendingPathComponent($0.0).path }
    for path in paths where !force && FileManager.default.fileExists(atPath: path) {
      throw ParallaxError(
        .usage, "\(path) is there already", remedy: "choose another folder, or --force to overwrite it")
    }
    for (path, file) in zip(paths, files) {
      do {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Data(file.1.utf8).write(to: URL(fileURLWithPath: path))
      } catch {
        throw ParallaxError(.storeFailed, "\(path) cannot be written", cause: error.localizedDescription)
      }
      Terminal.result("wrote \(path)")
    }
    if !common.quiet {
      for note in draft?.notes ?? [] { Terminal.complain("note: \(Terminal.inertLines(note))") }
      if draft != nil {
        Terminal.complain("next: say in plan.yaml on what ground it may be tested, and put the key's value into KEY_A1")
      }
      Terminal.complain(
        "next: name your hosts and your target in them, then 'parallax hosts check' and 'parallax plan plan.yaml'")
    }
  }
}
