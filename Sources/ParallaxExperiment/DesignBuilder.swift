public import ParallaxModel

extension Design {
  /// How many vantages are used in cells: the reference's, one that differs, and replicates of it.
  static let vantageLimit = 4
  /// How many accounts are used in cells: a third tells whether the second has an allowance of its own size.
  static let accountLimit = 3
  /// The account under which a plan names keys that the target must not know: they are controls.
  public static let invalidAccount = "invalid"
  /// The key of a control that is made up for the run; no key of a plan can have this name.
  public static let unknownKey = "unknown key"
  /// The key of the control without one.
  public static let noKey = "no key"
  /// The further dimension that varies what a request costs, the smallest cost second.
  public static let costDimension = "cost"

  /// The matrix for a plan, with the vantages that can be used: reference first, then each single change, then the
  /// cells that tell mixtures apart, then further vantages and further dimensions.
  ///
  /// - Throws: `planInvalid` when the plan names a reference that does not exist, or no key at all;
  ///   `tooFewVantages` when there is no vantage.
  public static func make(plan: Plan, vantages: [Vantage]) throws(ParallaxError) -> Design {
    let reference = try referenceVantage(plan, vantages)
    let keys = try ReferenceKey(plan: plan)
    var builder = CellBuilder(
      dimensions: plan.dimensions, vantage: reference, key: keys.key, account: keys.account)
    builder.add("R")
    let all = otherVantages(vantages, than: reference)
    let neighbours = neighbours(of: reference, among: all, vantages)
    let others = all.filter { !neighbours.contains($0) }
    let ip = others.first
    if let ip { builder.add("I", vantage: ip) }
    if let key = keys.sameAccount { builder.add("K", key: key) }
    if let other = keys.otherAccount { builder.add("B", key: other.key, account: other.account) }
    if let ip, let other = keys.otherAccount { builder.add("L", vantage: ip, key: other.key, account: other.account) }
    if let ip, let key = keys.sameAccount { builder.add("M", vantage: ip, key: key) }
    for (index, vantage) in others.dropFirst().prefix(vantageLimit - 2).enumerated() {
      builder.add("I\(index + 2)", vantage: vantage)
    }
    for (index, other) in keys.furtherAccounts.prefix(accountLimit - 2).enumerated() {
      builder.add("B\(index + 2)", key: other.key, account: other.account)
    }
    for (index, dimension) in plan.dimensions.enumerated() where dimension.levels.count > 1 {
      let label = dimension.name == costDimension ? "C" : index == 0 ? "E" : "E\(index + 1)"
      builder.add(label, level: (index, 1))
    }
    for (index, vantage) in neighbours.prefix(vantageLimit - 2).enumerated() {
      builder.add(index == 0 ? "P" : "P\(index + 1)", vantage: vantage, isControl: true)
    }
    if let peer = keys.peer { builder.add("N", key: peer, isControl: true) }
    addUnknownKeys(to: &builder, plan: plan, invalid: keys.invalid, otherVantage: ip)
    return Design(
      vantages: vantages, dimensions: plan.dimensions, cells: builder.cells,
      gaps: gaps(plan: plan, keys: keys, hasOtherVantage: ip != nil))
  }

  /// Requests whose key the target must not know, and one without a key, as far as the target is asked with a key at
  /// all. They are sent only when the reference is limited.
  private static func addUnknownKeys(
    to builder: inout CellBuilder, plan: Plan, invalid: (key: String, account: String)?, otherVantage: Int?
  ) {
    let inHeaders = plan.target.headers.contains { asksForKey($0.value) }
    guard invalid != nil || inHeaders || asksForKey(plan.target.url.path) else { return }
    let (key, account) = invalid ?? (Design.unknownKey, Design.invalidAccount)
    builder.add("G", key: key, account: account, isControl: true)
    if let otherVantage { builder.add("G2", vantage: otherVantage, key: key, account: account, isControl: true) }
    if inHeaders { builder.add("Z", key: Design.noKey, account: Design.invalidAccount, isControl: true) }
  }

  /// Whether a template asks for the key.
  private static func asksForKey(_ template: String) -> Bool {
    template.filter { $0 != " " }.contains("{{key}}")
  }

  private static func referenceVantage(_ plan: Plan, _ vantages: [Vantage]) throws(ParallaxError) -> Int {
    guard !vantages.isEmpty else {
      throw ParallaxError(.tooFewVantages, "there is no vantage to send from", remedy: "add a host to hosts.yaml")
    }
    guard let name = plan.reference.vantage else { return 0 }
    if let index = vantages.firstIndex(where: { $0.name == name }) { return index }
    if let index = vantages.firstIndex(where: { $0.host == name }) { return index }
    throw unknown("vantage", name, known: vantages.map(\.name))
  }

  /// A vantage whose address shares so many bits with the reference's may well be counted together with it, and shows
  /// by which prefix addresses count. Only where another is further away: the furthest is the other address.
  private static func neighbours(of reference: Int, among others: [Int], _ vantages: [Vantage]) -> [Int] {
    guard let address = vantages[reference].address else { return [] }
    let common = others.map { vantages[$0].address?.commonPrefix(with: address) ?? 0 }
    guard let least = common.min() else { return [] }
    let near = max(least + 1, address.isV6 ? 48 : 24)
    return zip(others, common).filter { $0.1 >= near }.map(\.0)
  }

  /// Other hosts before other addresses of the same host: those may share a prefix, or a way out.
  private static func otherVantages(_ vantages: [Vantage], than reference: Int) -> [Int] {
    let others = vantages.indices.filter { $0 != reference }
    let host = vantages[reference].host
    return others.filter { vantages[$0].host != host } + others.filter { vantages[$0].host == host }
  }

  private static func gaps(plan: Plan, keys: ReferenceKey, hasOtherVantage: Bool) -> [Gap] {
    var gaps: [Gap] = []
    if !hasOtherVantage {
      gaps.append(
        Gap(
          dimension: "ip", because: "there is only one vantage",
          toSettle: "add a second host, or a second source address, to hosts.yaml"))
    }
    if keys.sameAccount == nil {
      gaps.append(
        Gap(
          dimension: "key", because: "the account \(keys.account) has only one key",
          toSettle: "add a second key of the account \(keys.account) to the plan"))
    }
    if keys.otherAccount == nil {
      gaps.append(
        Gap(
          dimension: "account", because: "there are keys of only one account",
          toSettle: "add a key of a second account to the plan"))
    }
    for dimension in plan.dimensions where dimension.levels.count < 2 {
      gaps.append(
        Gap(
          dimension: dimension.name, because: "the dimension \(dimension.name) has only one level",
          toSettle: "give the dimension \(dimension.name) a second level"))
    }
    return gaps
  }

  static func unknown(_ what: String, _ name: String, known: [String]) -> ParallaxError {
    let nearest = known.min { editDistance($0, name) < editDistance($1, name) }
    let remedy = nearest.map { "did you mean \($0)? Known: \(known.joined(separator: ", "))" }
    return ParallaxError(.planInvalid, "the reference names an unknown \(what), \(name)", remedy: remedy)
  }

  /// Levenshtein's distance.
  private static func editDistance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = above
      }
    }
    return row[b.count]
  }
}

/// The keys of a design: the reference's, another of its account, one of another account.
struct ReferenceKey {
  var key: String
  var account: String
  var sameAccount: String?
  var otherAccount: (key: String, account: String)?
  /// The first keys of the accounts after that.
  var furtherAccounts: [(key: String, account: String)]
  /// A third key of the account, by convention made like the reference's.
  var peer: String?
  /// One that the target must not know.
  var invalid: (key: String, account: String)?

  init(plan: Plan) throws(ParallaxError) {
    let pairs = plan.accounts.flatMap { account in account.keys.map { (key: $0.name, account: account.name) } }
    let real = pairs.filter { $0.account != Design.invalidAccount }
    guard let first = real.first else {
      throw ParallaxError(.planInvalid, "the plan names no key", remedy: "add an account with a key")
    }
    var reference = first
    if let name = plan.reference.key {
      guard let named = real.first(where: { $0.key == name }) else {
        throw Design.unknown("key", name, known: real.map(\.key))
      }
      reference = named
    }
    key = reference.key
    account = reference.account
    let siblings = real.filter { $0.account == reference.account && $0.key != reference.key }
    sameAccount = siblings.first?.key
    peer = siblings.dropFirst().first?.key
    var seen: Set<String> = [reference.account]
    let others = real.filter { seen.insert($0.account).inserted }
    otherAccount = others.first
    furtherAccounts = Array(others.dropFirst())
    invalid = pairs.first { $0.account == Design.invalidAccount }
  }
}

/// Makes cells that differ from the reference in what is given.
private struct CellBuilder {
  let dimensions: [Dimension]
  let vantage: Int
  let key: String
  let account: String
  var cells: [Cell] = []

  init(dimensions: [Dimension], vantage: Int, key: String, account: String) {
    self.dimensions = dimensions
    self.vantage = vantage
    self.key = key
    self.account = account
  }

  mutating func add(
    _ label: String, vantage: Int? = nil, key: String? = nil, account: String? = nil,
    level: (dimension: Int, level: Int)? = nil, isControl: Bool = false
  ) {
    var differs: DimensionSet = []
    if vantage != nil { differs.insert(.ip) }
    if key != nil { differs.insert(.key) }
    if account != nil { differs.insert(.account) }
    var levels = [Int](repeating: 0, count: dimensions.count)
    if let level {
      differs.insert(.further(level.dimension))
      levels[level.dimension] = level.level
    }
    cells.append(
      Cell(
        id: cells.count, label: label, vantage: vantage ?? self.vantage, key: key ?? self.key,
        account: account ?? self.account, levels: levels, differs: differs, isControl: isControl))
  }
}
