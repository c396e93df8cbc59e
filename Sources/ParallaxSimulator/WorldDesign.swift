internal import ParallaxExperiment
internal import ParallaxLimiters
public import ParallaxModel

/// The matrix of a simulated experiment, and who its cells are to the target.
public struct WorldDesign: Sendable {
  public let design: Design
  static let vantageLimit = 4
  static let accountLimit = 4

  let extent: Extent
  let addresses: AddressPlan
  let reference: Plan.Reference
  /// For each cell of the design.
  let identities: [Identity]

  /// What there is to vary: by default two vantages, keys a1 and a2 of account A, key b1 of account B, and two paths.
  public struct Extent: Sendable, Hashable {
    public var vantages: Int
    /// Keys of account A: 1 or 2.
    public var keys: Int
    /// Accounts: A, B, C and D; those after A have one key each.
    public var accounts: Int
    /// Further dimensions: two levels each.
    public var further: [String]
    /// Those of them that the plan leaves out.
    public var leftOut: [String] = []

    public init(vantages: Int = 2, keys: Int = 2, accounts: Int = 2, further: [String] = ["path"]) {
      precondition(
        (1...WorldDesign.vantageLimit).contains(vantages) && (1...2).contains(keys)
          && (1...WorldDesign.accountLimit).contains(accounts))
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

  /// Addresses far from one another (RFC 5737, RFC 2544).
  static let distant = AddressPlan(
    addresses: [
      Address(203, 0, 113, 10), Address(198, 51, 100, 20), Address(192, 0, 2, 30), Address(198, 18, 7, 40),
    ], texts: ["203.0.113.10", "198.51.100.20", "192.0.2.30", "198.18.7.40"])
}

extension WorldDesign {
  private static let accounts: [(name: String, keys: [String])] = [
    ("A", ["a1", "a2"]), ("B", ["b1"]), ("C", ["c1"]), ("D", ["d1"]),
  ]

  /// The design is made from a plan, as for a real run.
  init(extent: Extent, addresses: AddressPlan = .distant, reference: Plan.Reference = Plan.Reference()) {
    self.extent = extent
    self.addresses = addresses
    self.reference = reference
    let accounts = Self.accounts.prefix(extent.accounts).map { account in
      Account(
        name: account.name,
        keys: account.keys.prefix(extent.keys).map { Key(name: $0, source: .environment($0)) })
    }
    let dimensions = extent.further.filter { !extent.leftOut.contains($0) }
    let plan = Plan(
      target: Target(url: URLParts(scheme: .https, host: "target.example", port: 443, path: "/"), permission: "ours"),
      accounts: accounts, reference: reference,
      dimensions: dimensions.map { Dimension(name: $0, levels: ["/\($0)-1", "/\($0)-2"]) })
    let vantages = (0..<extent.vantages).map { Vantage(host: "v\($0 + 1)", sourceAddress: addresses.texts[$0]) }
    do {
      design = try Design.make(plan: plan, vantages: vantages)
    } catch {
      preconditionFailure("a world's plan is valid: \(error)")
    }
    identities = design.cells.map { cell in
      let account = Self.accounts.firstIndex { $0.name == cell.account }!
      let key = Self.accounts[account].keys.firstIndex(of: cell.key)!
      return Identity(
        address: addresses.addresses[cell.vantage], key: Self.keyNumber(account: account, key: key),
        account: UInt16(account),
        levels: extent.further.map { name in dimensions.firstIndex(of: name).map { cell.levels[$0] } ?? 0 })
    }
  }

  /// Key numbers of different accounts differ.
  static func keyNumber(account: Int, key: Int) -> UInt16 { UInt16(8 * account + key) }
}
