internal import NIOHTTP1
internal import ParallaxModel
internal import ParallaxWire

/// Every request that this agent may send, ready to be written: nothing is left to fill in at the moment of sending.
struct RequestBook {
  struct Entry {
    /// Name of the vantage.
    var vantage: String
    var head: HTTPRequestHead
  }

  private(set) var entries: [Int: Entry] = [:]

  /// Holds the cells of `vantages` whose keys are among `secrets`.
  init(plan: RequestPlan, vantages: [Vantage], secrets: [Secret]) throws(PlanRefusal) {
    let names = Set(vantages.map(\.name))
    let values = Dictionary(secrets.map { ($0.name, $0.value) }) { _, last in last }
    for cell in plan.cells where names.contains(cell.vantage) {
      do {
        let text = try RequestText(plan: plan, cell: cell, secret: values[cell.key])
        entries[cell.cell] = Entry(vantage: cell.vantage, head: HTTPRequestHead(text))
      } catch {
        if error != .secretMissing { throw error }
      }
    }
  }
}

extension HTTPRequestHead {
  fileprivate init(_ text: RequestText) {
    self.init(
      version: .http1_1, method: HTTPMethod(rawValue: text.method), uri: text.target,
      headers: HTTPHeaders(text.headers.map { ($0.name, $0.value) }))
  }
}
