internal import ParallaxExperiment
internal import ParallaxLimiters
internal import ParallaxModel

/// What the experiment has to look at in a mystery world.
public struct MysteryExtent: Sendable, Hashable {
  /// Keys of account A: 1 to 3. The third is made like the first.
  public var keys: Int
  public var vantages: Int
  /// Whether a smaller request can be made.
  public var hasCost: Bool
  /// Whether there is a key that the target does not know.
  public var hasInvalidKey: Bool

  public init(keys: Int = 3, vantages: Int = 2, hasCost: Bool = true, hasInvalidKey: Bool = false) {
    precondition((1...3).contains(keys) && (1...4).contains(vantages))
    self.keys = keys
    self.vantages = vantages
    self.hasCost = hasCost
    self.hasInvalidKey = hasInvalidKey
  }

  /// With a second fresh key and the cheapest request.
  public static let full = MysteryExtent()
  /// Without a second fresh key.
  public static let lean = MysteryExtent(keys: 2, hasCost: false)
}

extension WorldDesign {
  /// Numbers of accounts in mystery worlds; keys have the same numbers times eight, plus their index.
  static let mysteryAccounts = ["A", "B", Design.invalidAccount]

  /// The design that a plan for a mystery gives, made as for a real run.
  ///
  /// - Parameter tier: a number that counts as the account of the keys not made like the reference's, where a limiter
  ///   gives these another burst.
  init(mystery extent: MysteryExtent, clientStack: Bool, addresses: AddressPlan, tier: UInt16?) {
    let keys: [[String]] = [
      Array(["a1", "a2", "a3"].prefix(extent.keys)), ["b1"], extent.hasInvalidKey ? ["unknown"] : [],
    ]
    let accounts = zip(Self.mysteryAccounts, keys).filter { !$0.1.isEmpty }.map { name, keys in
      Account(name: name, keys: keys.map { Key(name: $0, source: .environment($0)) })
    }
    let dimensions =
      (extent.hasCost ? [Dimension(name: Design.costDimension, levels: ["1000", "1"])] : [])
      + (clientStack ? [Dimension(name: "user-agent", levels: ["parallax", "browser"])] : [])
    let plan = Plan(
      target: Target(
        url: URLParts(scheme: .https, host: "target.example", port: 443, path: "/"), permission: "simulated"),
      accounts: accounts, dimensions: dimensions)
    let vantages = (0..<extent.vantages).map { Vantage(host: "v\($0 + 1)", sourceAddress: addresses.texts[$0]) }
    do { design = try Design.make(plan: plan, vantages: vantages) } catch {
      preconditionFailure("a plan without a reference of its own is valid: \(error)")
    }
    self.extent = Extent(vantages: extent.vantages, keys: min(2, extent.keys), further: dimensions.map(\.name))
    self.addresses = addresses
    reference = Plan.Reference()
    identities = design.cells.map { cell in
      let account = Self.mysteryAccounts.firstIndex(of: cell.account)!
      let key = keys[account].firstIndex(of: cell.key)!
      return Identity(
        address: addresses.addresses[cell.vantage], key: UInt16(8 * account + key),
        account: account == 0 && key == 1 ? tier ?? 0 : UInt16(account), levels: cell.levels)
    }
  }
}
