public import ParallaxModel

/// What the target's limiter is keyed on: the truth that an experiment is to find out.
public struct LabLimiter: Codable, Hashable, Sendable, CustomStringConvertible {
  public enum Dimension: String, Codable, Sendable, CaseIterable, Comparable {
    case ip, key, account, path

    public static func < (a: Dimension, b: Dimension) -> Bool {
      allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
    }
  }

  /// nil: nothing is limited; empty: everyone shares one bucket.
  public let scope: [Dimension]?

  public init(scope: [Dimension]?) {
    self.scope = scope.map { Array(Set($0)).sorted() }
  }

  /// The limiters that the basic experiment can tell apart.
  public static let kinds = ["ip", "key", "account", "ip+key", "ip+account", "everyone", "none"]
    .map { try! LabLimiter(parsing: $0) }

  /// Reads `everyone`, `none`, or dimensions joined by `+`, such as `ip+account`.
  public init(parsing text: String) throws(ParallaxError) {
    switch text {
    case "none": self.init(scope: nil)
    case "everyone": self.init(scope: [])
    default:
      var scope: [Dimension] = []
      for word in text.split(separator: "+", omittingEmptySubsequences: false) {
        guard let dimension = Dimension(rawValue: String(word)) else {
          throw ParallaxError(
            .usage, "`\(text)` is not a limiter of the lab",
            remedy: "say everyone, none, or any of ip, key, account, path joined by +, such as ip+account")
        }
        scope.append(dimension)
      }
      self.init(scope: scope)
    }
  }

  public var description: String {
    guard let scope else { return "none" }
    return scope.isEmpty ? "everyone" : scope.map(\.rawValue).joined(separator: "+")
  }
}
