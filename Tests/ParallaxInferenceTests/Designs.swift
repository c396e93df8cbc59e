internal import ParallaxModel

/// Matrices for tests, as a plan with these extents would give them.
enum Designs {
  static func make(vantages: Int = 2, keys: Int = 2, accounts: Int = 2, further: Int = 0) -> Design {
    var cells: [Cell] = []
    func add(_ label: String, ip: Int = 0, key: String = "a1", account: String = "A", level: Int? = nil) {
      var differs: DimensionSet = []
      if ip != 0 { differs.insert(.ip) }
      if key != "a1" { differs.insert(.key) }
      if account != "A" { differs.insert(.account) }
      var levels = [Int](repeating: 0, count: further)
      if let level {
        levels[level] = 1
        differs.insert(.further(level))
      }
      cells.append(
        Cell(id: cells.count, label: label, vantage: ip, key: key, account: account, levels: levels, differs: differs))
    }
    add("R")
    if vantages > 1 { add("I", ip: 1) }
    if keys > 1 { add("K", key: "a2") }
    if accounts > 1 { add("B", key: "b1", account: "B") }
    if vantages > 1, accounts > 1 { add("L", ip: 1, key: "b1", account: "B") }
    if vantages > 1, keys > 1 { add("M", ip: 1, key: "a2") }
    for level in 0..<further { add("E\(level)", level: level) }
    return Design(
      vantages: (0..<vantages).map { Vantage(host: "v\($0)") },
      dimensions: (0..<further).map { Dimension(name: "d\($0)", levels: ["0", "1"]) }, cells: cells, gaps: [])
  }
}
