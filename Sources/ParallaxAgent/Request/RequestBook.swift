internal import NIOCore
internal import ParallaxModel
internal import ParallaxWire

/// Every request that this agent may send, ready to be written: nothing is left to fill in at the moment of sending.
struct RequestBook {
  final class Entry {
    /// Name of the vantage.
    let vantage: String
    /// The whole request as HTTP/1.1 writes it.
    let bytes: ByteBuffer
    let isHead: Bool

    init(vantage: String, text: RequestText) {
      self.vantage = vantage
      bytes = ByteBuffer(bytes: text.bytes)
      isHead = text.method == "HEAD"
    }
  }

  private(set) var entries: [Int: Entry] = [:]

  /// Holds the cells of `vantages` whose keys are among `secrets`.
  init(plan: RequestPlan, run: String, vantages: [Vantage], secrets: [Secret]) throws(PlanRefusal) {
    let names = Set(vantages.map(\.name))
    let values = Dictionary(secrets.map { ($0.name, $0.value) }) { _, last in last }
    for cell in plan.cells where names.contains(cell.vantage) {
      do {
        let text = try RequestText(plan: plan, run: run, cell: cell, secret: values[cell.key])
        entries[cell.cell] = Entry(vantage: cell.vantage, text: text)
      } catch {
        if error != .secretMissing { throw error }
      }
    }
  }
}
