internal import ArgumentParser
internal import ParallaxAnalysis
internal import ParallaxModel
internal import ParallaxReport
internal import ParallaxStore

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Puts result tables side by side, with the significance of differences.",
    discussion: """
      The first run is the baseline. Latencies are held against each other by the Mann-Whitney test, figures by their \
      intervals, scopes and cells by their probabilities. What was not measured in both is said to be incomparable.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, md, json }
  enum Failure: String, ExpressibleByArgument, CaseIterable { case change }

  @OptionGroup var common: CommonOptions

  @Option(help: "table, md or json.")
  var format: Format?

  @Option(name: .customLong("fail-on"), help: "End with status 99 on a change.")
  var failOn: Failure?

  @Argument(help: ArgumentHelp("The runs, the baseline first.", valueName: "run"))
  var runs: [String]

  func validate() throws {
    guard runs.count >= 2 else { throw ValidationError("Name at least two runs: the baseline and another.") }
  }

  func run() throws {
    let store = RunStore(directory: common.store)
    let measured = try runs.map { try MeasuredRun.load(try store.identifier(matching: $0), from: store).run }
    let comparisons = measured.dropFirst().map { RunComparison(measured[0], $0) }
    switch format ?? (common.json ? .json : .table) {
    case .table: Terminal.result(ComparisonReport.table(comparisons, options: common.terminal))
    case .md: Terminal.result(ComparisonReport.markdown(comparisons))
    case .json: Terminal.result(ComparisonReport.json(comparisons))
    }
    if failOn == .change, comparisons.contains(where: \.hasChanged) { throw ExitStatus.expectationFailed }
  }
}
