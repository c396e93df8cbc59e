internal import NIOCore
internal import NIOHPACK
internal import ParallaxModel
internal import ParallaxWire

/// Every request that this agent may send, ready to be written: nothing is left to fill in at the moment of sending.
struct RequestBook {
  final class Entry {
    /// Name of the vantage.
    let vantage: String
    /// The whole request as HTTP/1.1 writes it.
    let bytes: ByteBuffer
    /// The whole request as HTTP/2 sends it.
    let fields: HPACKHeaders
    let isHead: Bool

    init(vantage: String, text: RequestText, scheme: URLParts.Scheme) {
      self.vantage = vantage
      fields = HPACKHeaders(text, scheme: scheme)
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
        entries[cell.cell] = Entry(vantage: cell.vantage, text: text, scheme: plan.url.scheme)
      } catch {
        if error != .secretMissing { throw error }
      }
    }
  }
}

extension HPACKHeaders {
  /// RFC 9113, section 8.3.1: the request line and `Host` become pseudo-header fields, names are in lower case, and there
  /// is no `Connection`. What the plan says itself may hold a key, and never enters the compression's table.
  fileprivate init(_ text: RequestText, scheme: URLParts.Scheme) {
    self.init()
    let authority = text.headers.first { $0.name.lowercased() == "host" }?.value ?? ""
    add(name: ":method", value: text.method)
    add(name: ":scheme", value: scheme.rawValue)
    add(name: ":authority", value: authority)
    add(name: ":path", value: text.target)
    for header in text.headers {
      let name = header.name.lowercased()
      guard name != "host", name != "connection" else { continue }
      add(name: name, value: header.value, indexing: .neverIndexed)
    }
  }
}
