internal import Foundation
internal import ParallaxExperiment
public import ParallaxModel

extension RequestPlan {
  /// What an agent calls itself: the run, so that the target's owner can find its requests, and who to ask. The run is
  /// filled in by the agent: the plan's digest must not change from run to run.
  static let userAgent = "Parallax/0.1 (rate limit measurement; run {{run}})"

  /// The plan as all agents get it. `addresses` are the target's, resolved once.
  /// Errors: `planInvalid` where the file of `ca_file` cannot be read.
  public static func make(plan: Plan, design: Design, addresses: [String]) throws -> RequestPlan {
    let target = plan.target
    let cells = design.cells.map { cell in
      CellRequest(
        cell: cell.id, vantage: design.vantages[cell.vantage].name, key: cell.key == Design.noKey ? "" : cell.key,
        account: cell.account,
        path: path(of: cell, in: design, default: target.url.path),
        values: design.dimensions.indices.map {
          Header(design.dimensions[$0].name, design.dimensions[$0].levels[cell.levels[$0]])
        })
    }
    return RequestPlan(
      url: target.url, method: target.method, headers: target.headers, userAgent: userAgent, timeout: target.timeout,
      keepAlive: target.keepAlive, certificateAuthorities: try authorities(target.caFile),
      limitedWhen: plan.limitedWhen, budget: plan.budget, cells: cells, addresses: addresses,
      allowUnsafeMethods: target.allowUnsafeMethods)
  }

  /// The dimension named `path` replaces the URL's path.
  private static func path(of cell: Cell, in design: Design, default path: String) -> String {
    guard let index = design.dimensions.firstIndex(where: { $0.name == "path" }) else { return path }
    return design.dimensions[index].levels[cell.levels[index]]
  }

  private static func authorities(_ file: String?) throws -> String {
    guard let file else { return "" }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw ParallaxError(
        .planInvalid, "the certificate authority \(file) cannot be read", remedy: "check target.ca_file in the plan")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
