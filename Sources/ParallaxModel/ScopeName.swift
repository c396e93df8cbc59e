/// How a scope is written in one word: its dimensions joined by `+`, or `everyone` where it has none.
public enum ScopeName {
  public static func of(_ dimensions: [String]) -> String {
    dimensions.isEmpty ? "everyone" : dimensions.joined(separator: "+")
  }

  public static func of(_ scope: DimensionSet, further: [Dimension]) -> String { of(scope.names(further: further)) }
}
