internal import ArgumentParser
internal import ParallaxConfig
internal import ParallaxFleet
internal import ParallaxModel
internal import ParallaxReport

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Dry run: prints the matrix, the cells, the budget, what would be sent where; sends nothing.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var limit: LimitOption

  @Argument(help: "The plan.")
  var plan: String

  func run() throws {
    let prepared = try PreparedRun.make(
      plan: try PlanFile.load(path: plan), inventory: try InventoryFile.load(path: common.hosts),
      limit: limit.limit)
    if common.json {
      try Terminal.result(json: PlanSummary(prepared).json)
    } else {
      Terminal.result(PlanSummary(prepared).text(common.terminal))
    }
    try prepared.requireEnoughBudget()
  }
}
