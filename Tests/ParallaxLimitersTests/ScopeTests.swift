internal import ParallaxLimiters
internal import ParallaxModel
internal import Testing

@Suite("Which requests share a bucket")
struct ScopeTests {
  static let reference = Identity.client(10)
  /// The cells of the standard design.
  static let cells: [(name: String, identity: Identity)] = [
    ("I", .client(20)), ("K", .client(10, key: 1)), ("B", .client(10, key: 8, account: 1)),
    ("L", .client(20, key: 8, account: 1)), ("M", .client(20, key: 1)), ("E", .client(10, levels: [1])),
  ]

  struct Row: Sendable {
    var scope: DimensionSet
    var shared: String
  }

  static let rows: [Row] = [
    Row(scope: [], shared: "IKBLME"),
    Row(scope: .ip, shared: "KBE"),
    Row(scope: .account, shared: "IKME"),
    Row(scope: .key, shared: "IE"),
    Row(scope: [.ip, .account], shared: "KE"),
    Row(scope: [.ip, .key], shared: "E"),
    Row(scope: [.ip, .further(0)], shared: "KB"),
    Row(scope: .further(0), shared: "IKBLM"),
  ]

  @Test("The pattern of each scope", arguments: rows)
  func pattern(row: Row) {
    let shared = Self.cells.filter { cell in
      var model = LimiterModel(
        rule: FixedWindow(limit: 1, window: 60, alignment: .clock),
        traits: .init(scope: Scope(row.scope), signature: Signature(status: 429)))
      _ = model.offer(Offer(time: 1), from: Self.reference)
      return !model.offer(Offer(time: 2), from: cell.identity).allowed
    }
    #expect(shared.map(\.name).joined() == row.shared)
  }

  struct PrefixRow: Sendable {
    var a: Address
    var b: Address
    var prefix: PrefixLengths
    var same: Bool
  }

  static let base: UInt128 = 0x2001_0DB8 << 96
  static let prefixRows: [PrefixRow] = [
    PrefixRow(a: Address(203, 0, 113, 10), b: Address(203, 0, 113, 7), prefix: .init(v4: 28), same: true),
    PrefixRow(a: Address(203, 0, 113, 10), b: Address(203, 0, 113, 17), prefix: .init(v4: 28), same: false),
    PrefixRow(a: Address(203, 0, 113, 10), b: Address(203, 0, 113, 200), prefix: .init(v4: 24), same: true),
    PrefixRow(a: Address(203, 0, 113, 10), b: Address(203, 0, 112, 10), prefix: .init(v4: 24), same: false),
    PrefixRow(a: Address(203, 0, 113, 10), b: Address(203, 0, 113, 11), prefix: .whole, same: false),
    PrefixRow(a: Address(203, 0, 113, 10), b: Address(10, 0, 0, 1), prefix: .init(v4: 0), same: true),
    PrefixRow(
      a: Address(v6: base | 1 << 64 | 5), b: Address(v6: base | 1 << 64 | 6), prefix: .init(v6: 64), same: true),
    PrefixRow(a: Address(v6: base | 1 << 64), b: Address(v6: base | 2 << 64), prefix: .init(v6: 64), same: false),
    PrefixRow(a: Address(v6: base | 1 << 64), b: Address(v6: base | 2 << 64), prefix: .init(v6: 56), same: true),
    PrefixRow(a: Address(v6: base | 1 << 64), b: Address(v6: base | 0x101 << 64), prefix: .init(v6: 56), same: false),
    PrefixRow(a: Address(v6: base), b: Address(10, 0, 0, 1), prefix: .init(v4: 0), same: false),
  ]

  @Test("Addresses by prefix", arguments: prefixRows)
  func prefix(row: PrefixRow) {
    #expect((row.a.network(row.prefix) == row.b.network(row.prefix)) == row.same)
  }

  @Test("A trusted header stands in for the address where it is there")
  func forwarded() {
    var model = LimiterModel(
      rule: FixedWindow(limit: 1, window: 60, alignment: .clock),
      traits: .init(scope: Scope(.ip, forwardedAddress: 1), signature: Signature(status: 429)))
    let outcomes = [
      Identity.client(10), .client(20), .client(10, levels: [0, 1]), .client(20, levels: [0, 1]),
      .client(10, levels: [1, 0]),
    ].map { model.offer(Offer(time: 1), from: $0).allowed }
    #expect(outcomes == [true, true, true, false, false])
  }

  @Test("Levels of all eight further dimensions are told apart")
  func levels() {
    let identity = Identity(address: Address(10, 0, 0, 1), key: 0, account: 0, levels: [1, 2, 3, 4, 5, 6, 7, 255])
    #expect((0..<8).map { identity.level($0) } == [1, 2, 3, 4, 5, 6, 7, 255])
  }
}
