public import ParallaxConfig
internal import ParallaxExperiment
public import ParallaxModel
internal import ParallaxWire

/// A plan laid out over an inventory: the matrix, and the request plan that every agent will get. Nothing was sent yet,
/// and no host was contacted; only the target's name was looked up.
public struct PreparedRun: Sendable {
  public let plan: Plan
  public let inventory: Inventory
  public let design: Design
  public let requestPlan: RequestPlan
  /// Seconds that the target's name took to look up; nil where the plan names an address.
  public let nameLookup: Double?
  /// The request plan's canonical bytes, the same for every agent.
  public let encoded: [UInt8]
  /// What every agent must echo.
  public let digest: String

  /// - Parameter limit: a pattern of hosts; of the plan's vantages only theirs are used.
  ///
  /// Errors: `planInvalid` for vantages or keys that do not exist, `usage` for a pattern that means none of them,
  /// `targetUnreachable` and `permissionRefused` from looking up the target.
  public static func make(plan: Plan, inventory: Inventory, limit: String? = nil) throws -> PreparedRun {
    let limited = Set(try inventory.limited(to: limit).hosts.map(\.name))
    let vantages = try select(plan.vantages, from: inventory).filter { limited.contains($0.host) }
    guard let limit, vantages.isEmpty else { return try make(plan: plan, inventory: inventory, vantages: vantages) }
    throw ParallaxError(
      .usage, "--limit '\(limit)' leaves none of the plan's vantages",
      remedy: "the plan names \((plan.vantages ?? []).joined(separator: ", "))")
  }

  private static func make(plan: Plan, inventory: Inventory, vantages: [Vantage]) throws -> PreparedRun {
    let design = try Design.make(plan: plan, vantages: vantages)
    let target = try TargetResolver.resolve(plan.target.url.host, family: plan.target.addressFamily)
    return try PreparedRun(plan: plan, inventory: inventory, design: design, target: target)
  }

  private init(plan: Plan, inventory: Inventory, design: Design, target: TargetResolver.Resolution) throws {
    self.plan = plan
    self.inventory = inventory
    self.design = design
    requestPlan = try RequestPlan.make(plan: plan, design: design, addresses: target.addresses)
    nameLookup = target.duration
    encoded = requestPlan.encoded()
    digest = RequestPlan.digest(ofEncoded: encoded)
  }

  /// The plan of an interrupted run as its agents had it, whatever the files say by now.
  ///
  /// Errors: `storeFailed` where the bytes are not those of the digest; `inventoryInvalid` where the inventory lacks a
  /// host of the run.
  public init(restoring run: InterruptedRun, plan: Plan, inventory: Inventory) throws {
    let known = Set(inventory.hosts.map(\.name))
    if let missing = run.design.vantages.first(where: { !known.contains($0.host) }) {
      throw ParallaxError(
        .inventoryInvalid, "the inventory has no host \(missing.host), which the run \(run.id) used",
        remedy: "name the inventory that it was begun with: --hosts FILE")
    }
    self.plan = plan
    self.inventory = inventory
    design = run.design
    nameLookup = nil
    encoded = run.requestPlan
    digest = RequestPlan.digest(ofEncoded: encoded)
    do {
      requestPlan = try RequestPlan(encoded: encoded)
    } catch {
      throw ParallaxError(.storeFailed, "the request plan of the run \(run.id) cannot be read", cause: "\(error)")
    }
    guard digest == run.digest else {
      throw ParallaxError(.storeFailed, "the request plan of the run \(run.id) is not the one that it was begun with")
    }
  }

  /// The hosts whose vantages the cells use, in the inventory's order.
  public var hosts: [InventoryHost] {
    let used = Set(design.cells.map { design.vantages[$0.vantage].host })
    return inventory.hosts.filter { used.contains($0.name) }
  }

  /// The same plan without hosts that could not be reached, each named among the design's gaps.
  ///
  /// Errors: `tooFewVantages` where that leaves nothing to compare, or takes the reference that the plan names away.
  func without(_ failures: [HostOutcome]) throws -> PreparedRun {
    let gone = Set(failures.map(\.host))
    let left = design.vantages.filter { !gone.contains($0.host) }
    let names = failures.map(\.host).joined(separator: ", ")
    let first = failures.first?.error
    if left.isEmpty {
      throw ParallaxError(
        first?.code ?? .hostUnreachable, first?.message ?? "no host can be reached", remedy: first?.remedy,
        cause: failures.count > 1 ? "and \(failures.count - 1) more hosts failed" : first?.cause)
    }
    guard left.count > 1 || design.vantages.count == 1 else {
      throw ParallaxError(
        .tooFewVantages,
        "only \(left[0].name) is left to send from: \(names) cannot be used, so nothing can be compared",
        remedy: "mend that host (parallax hosts check), or add another to the inventory; nothing was sent",
        cause: first?.message)
    }
    var reduced = try Design.make(plan: plan, vantages: left)
    for failure in failures {
      reduced.gaps.append(
        Design.Gap(
          dimension: "ip", because: "\(failure.host) cannot be used: \(failure.error?.message ?? "unknown")",
          toSettle: failure.error?.remedy ?? "run 'parallax hosts check'"))
    }
    return try PreparedRun(
      plan: plan, inventory: inventory, design: reduced,
      target: TargetResolver.Resolution(addresses: requestPlan.addresses, duration: nameLookup))
  }

  private static func select(_ names: [String]?, from inventory: Inventory) throws -> [Vantage] {
    let all = inventory.vantages
    guard let names else { return all }
    do {
      return try HostSelection(names).select(from: all) { [$0.name] + inventory.labels($0.host) }
    } catch {
      throw ParallaxError(.planInvalid, "the plan's vantages: \(error.message)", remedy: error.remedy)
    }
  }
}

extension PreparedRun {
  /// Where requests go that leave through a host without an agent: the agent there would choose the same address.
  var seatTarget: AgentSeat.Target {
    get throws {
      guard let address = requestPlan.addresses.first else {
        throw ParallaxError(.planInvalid, "the target has no address")
      }
      // Certificates for an address are held against that of the peer, which behind a relay is not the target's.
      let relayed = hosts.first { $0.agentPlace == .controller }
      if let relayed, requestPlan.url.scheme == .https, requestPlan.url.host == address {
        throw ParallaxError(
          .planInvalid, "\(relayed.name) has no agent, and the certificate of an address cannot be checked through it",
          remedy: "write the target's name into target.url instead of \(address), or let the agent be put on the host")
      }
      return AgentSeat.Target(address: address, port: requestPlan.url.port)
    }
  }

  /// What hosts without an agent mean for the quality of the data.
  var relayNotes: [String] {
    let names = hosts.filter { $0.agentPlace == .controller }.map(\.name)
    guard !names.isEmpty else { return [] }
    return [
      "lower timing quality: \(names.joined(separator: ", ")) had no agent (agent: none), so their requests were timed "
        + "here and include the way through SSH; a refused connection there looks like one that was closed"
    ]
  }

  /// Requests without which no verdict on this design can be reached, whatever the limit.
  public var minimumRequests: Int { design.minimumRequests }

  /// Errors: `planInvalid` where the budget cannot lead to a verdict.
  public func requireEnoughBudget() throws {
    guard plan.budget.requests < minimumRequests else { return }
    throw ParallaxError(
      .planInvalid,
      "a budget of \(plan.budget.requests) requests cannot decide: this plan needs at least \(minimumRequests), "
        + "and the limit itself on top",
      remedy: "raise budget.requests in the plan, or leave some keys or vantages out; 'parallax triage' needs fewer")
  }
}
