internal import ParallaxLimiters
public import ParallaxModel

/// The matrix of a simulated experiment, and who its cells are to the target.
public struct WorldDesign: Sendable {
  public var design: Design
  /// For each cell of the design.
  var identities: [Identity]

  /// How much of the standard design there is: two vantages, keys a1 and a2 of account A, key b1 of account B, and
  /// two paths.
  public struct Extent: Sendable, Hashable {
    public var vantages: Int
    /// Keys of account A: 1 or 2.
    public var keys: Int
    public var accounts: Int
    /// Further dimensions: two levels each.
    public var further: [String]

    public init(vantages: Int = 2, keys: Int = 2, accounts: Int = 2, further: [String] = ["path"]) {
      precondition((1...4).contains(vantages) && (1...2).contains(keys) && (1...4).contains(accounts))
      self.vantages = vantages
      self.keys = keys
      self.accounts = accounts
      self.further = further
    }

    public static let standard = Extent()
  }
}

/// Where a world's vantages are.
struct AddressPlan: Sendable {
  var addresses: [Address]
  var texts: [String]

  /// Addresses far from one another (RFC 5737).
  static let distant = AddressPlan(
    addresses: [
      Address(203, 0, 113, 10), Address(198, 51, 100, 20), Address(192, 0, 2, 30), Address(198, 18, 7, 40),
    ], texts: ["203.0.113.10", "198.51.100.20", "192.0.2.30", "198.18.7.40"])
}

extension WorldDesign {
  static let keyNames = ["a1", "a2"]
  static let accountNames = ["A", "B", "C", "D"]

  init(extent: Extent, addresses: AddressPlan = .distant) {
    var cells: [Cell] = []
    var identities: [Identity] = []
    func add(_ label: String, vantage: Int = 0, key: Int = 0, account: Int = 0, level: (Int, Int)? = nil) {
      var levels = Array(repeating: 0, count: extent.further.count)
      var differs: DimensionSet = []
      if vantage != 0 { differs.insert(.ip) }
      if key != 0 || account != 0 { differs.insert(.key) }
      if account != 0 { differs.insert(.account) }
      if let (dimension, value) = level {
        levels[dimension] = value
        differs.insert(.further(dimension))
      }
      let name = account == 0 ? Self.keyNames[key] : "\(Self.accountNames[account].lowercased())1"
      cells.append(
        Cell(
          id: cells.count, label: label, vantage: vantage, key: name, account: Self.accountNames[account],
          levels: levels, differs: differs))
      identities.append(
        Identity(
          address: addresses.addresses[vantage], key: UInt16(8 * account + key), account: UInt16(account),
          levels: levels))
    }
    func numbered(_ label: String, _ index: Int) -> String { index == 1 ? label : "\(label)\(index)" }

    add("R")
    for vantage in 1..<max(1, extent.vantages) { add(numbered("I", vantage), vantage: vantage) }
    if extent.keys > 1 { add("K", key: 1) }
    for account in 1..<max(1, extent.accounts) { add(numbered("B", account), account: account) }
    if extent.vantages > 1 {
      for account in 1..<max(1, extent.accounts) { add(numbered("L", account), vantage: 1, account: account) }
      if extent.keys > 1 { add("M", vantage: 1, key: 1) }
    }
    for dimension in extent.further.indices { add(numbered("E", dimension + 1), level: (dimension, 1)) }

    self.identities = identities
    design = Design(
      vantages: (0..<extent.vantages).map { Vantage(host: "v\($0 + 1)", sourceAddress: addresses.texts[$0]) },
      dimensions: extent.further.map { Dimension(name: $0, levels: ["\($0)-1", "\($0)-2"]) }, cells: cells,
      gaps: Self.gaps(of: extent))
  }

  private static func gaps(of extent: Extent) -> [Design.Gap] {
    var gaps: [Design.Gap] = []
    if extent.vantages < 2 {
      gaps.append(.init(dimension: "ip", because: "there is only one vantage", toSettle: "add a host"))
    }
    if extent.keys < 2 {
      gaps.append(
        .init(dimension: "key", because: "account A has only one key", toSettle: "add a second key of account A"))
    }
    if extent.accounts < 2 {
      gaps.append(.init(dimension: "account", because: "there is only one account", toSettle: "add a second account"))
    }
    return gaps
  }
}
