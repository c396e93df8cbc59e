public import ParallaxModel

/// What one request per cell says by itself, without any load: which cells are limited already, and which scopes would
/// look like that.
public enum TriageSummary {
  /// - Parameter observations: those of the triage stage; a cell that was asked twice counts as limited when its last
  ///   telling answer was.
  public static func conclusion(design: Design, observations: [Observation]) -> Conclusion {
    var limited: [Int: Bool] = [:]
    for observation in observations {
      switch observation.reading {
      case .passed: limited[observation.cell] = false
      case .limited: limited[observation.cell] = true
      case .void: continue
      }
    }
    let names = { (wanted: Bool) in
      design.cells.filter { limited[$0.id] == wanted }.map { design.name(of: $0) }.joined(separator: ", ")
    }
    let silent = design.cells.filter { limited[$0.id] == nil }.map { design.name(of: $0) }
    guard limited.values.contains(true) else {
      guard silent.isEmpty else {
        return Conclusion(
          status: .inconclusive,
          inconclusive: Verdict.Inconclusive(
            because: "no telling answer from \(silent.joined(separator: ", "))",
            toSettle: "look at these answers with 'parallax report --format ndjson', then ask again"))
      }
      return Conclusion(
        status: .noLimitObserved,
        causes: [
          Cause(
            cause: "none", posterior: 1, because: "every cell's request passed",
            next: "run the whole experiment to find where the limit is: parallax run")
        ])
    }
    let passed = names(false)
    let scopes = fittingScopes(design: design, limited: limited)
    let fitting = scopes.isEmpty ? "no single scope" : scopes.joined(separator: ", or ")
    return Conclusion(
      status: .inconclusive,
      inconclusive: Verdict.Inconclusive(
        because: "limited before any load: \(names(true)); not limited: \(passed.isEmpty ? "none" : passed); "
          + "a limit that looks like this is keyed on: \(fitting)",
        toSettle:
          "look again after the limit's reset; if the same cells are limited then, ask the provider about them, "
          + "with the times and addresses of 'parallax report --format ndjson'"))
  }

  /// The scopes under which exactly the limited cells share the value of one limited cell.
  private static func fittingScopes(design: Design, limited: [Int: Bool]) -> [String] {
    let known = design.cells.filter { limited[$0.id] != nil }
    guard let origin = known.first(where: { limited[$0.id] == true }) else { return [] }
    var scopes: [DimensionSet] = [[], .ip, .key, .account, [.ip, .key], [.ip, .account]]
    scopes += design.dimensions.indices.map { .further($0) }
    return scopes.filter { scope in
      known.allSatisfy { agrees($0, origin, in: scope) == limited[$0.id] }
    }.map { ScopeName.of($0, further: design.dimensions) }
  }

  private static func agrees(_ a: Cell, _ b: Cell, in scope: DimensionSet) -> Bool {
    (!scope.contains(.ip) || a.vantage == b.vantage) && (!scope.contains(.key) || a.key == b.key)
      && (!scope.contains(.account) || a.account == b.account)
      && a.levels.indices.allSatisfy { !scope.contains(.further($0)) || a.levels[$0] == b.levels[$0] }
  }
}
