internal import Foundation
internal import ParallaxExperiment
public import ParallaxModel

extension RequestPlan {
  /// What an agent calls itself: the run, so that the target's owner can find its requests, and who to ask. The run is
  /// filled in by the agent: the plan's digest must not change from run to run.
  static func userAgent(contact: String?) -> String {
    "Parallax/0.1 (rate limit measurement; run {{run}}\(contact.map { "; contact \($0)" } ?? ""))"
  }

  /// The plan as all agents get it. `addresses` are the target's, resolved once.
  /// Errors: `planInvalid` where the file of `ca_file` or `client_certificate` cannot be read.
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
      url: target.url, method: target.method, headers: target.headers, userAgent: userAgent(contact: target.contact),
      timeout: target.timeout,
      keepAlive: target.keepAlive, certificateAuthorities: try authorities(target.caFile),
      limitedWhen: plan.limitedWhen, budget: plan.budget, cells: cells, addresses: addresses,
      allowUnsafeMethods: target.allowUnsafeMethods, transport: target.transport,
      clientCertificates: try certificates(target.clientCertificate), stopRules: plan.stopRules)
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

  private static func certificates(_ client: ClientCertificate?) throws -> String {
    guard let client else { return "" }
    guard let data = FileManager.default.contents(atPath: client.certificateFile) else {
      throw ParallaxError(
        .planInvalid, "the client certificate \(client.certificateFile) cannot be read",
        remedy: "check target.client_certificate in the plan")
    }
    let text = String(decoding: data, as: UTF8.self)
    // A plan is kept with its run and goes to every host; a key must not come with it.
    guard !text.contains("PRIVATE KEY") else {
      throw ParallaxError(
        .planInvalid, "the file of target.client_certificate, \(client.certificateFile), holds a private key too",
        remedy: "leave only the certificates in it, and name the key's file with target.client_key")
    }
    return text
  }
}
