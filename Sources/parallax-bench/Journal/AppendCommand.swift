internal import ArgumentParser
internal import Foundation
internal import ParallaxStore

/// Appends observations and says of each batch that it is durable: what a test kills, to see whether that was true.
struct AppendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "append", abstract: "Stores a run of made-up observations, and prints how many of them are durable.")

  @Option(help: "How many observations.")
  var rows = 40

  @Option(help: "How many of them are acknowledged at once.")
  var batch = 5

  @Option(help: "The store.")
  var store: String

  func run() throws {
    let run = SyntheticRun()
    let journal = try RunStore(directory: store).createRun(run.manifest)
    var durable = 0
    try say(durable)
    while durable < rows {
      let observations = (durable..<min(durable + batch, rows)).map(run.observation)
      try journal.append(observations)
      durable += observations.count
      try say(durable)
    }
    try journal.finish(run.verdict(run: journal.id, observations: durable))
  }

  private func say(_ count: Int) throws { try FileHandle.standardOutput.write(contentsOf: Data("\(count)\n".utf8)) }
}
