public import ParallaxModel

/// A pace as nginx writes it: `10r/s`, `30r/m`.
public struct LabRate: Codable, Hashable, Sendable, CustomStringConvertible {
  public let requests: Int
  /// 1 or 60.
  public let seconds: Int

  public init(requests: Int, seconds: Int) {
    precondition(requests > 0 && (seconds == 1 || seconds == 60), "nginx knows r/s and r/m only")
    self.requests = requests
    self.seconds = seconds
  }

  public init(parsing text: String) throws(ParallaxError) {
    let parts = text.split(separator: "r/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let requests = Int(parts[0]), (1...1_000_000).contains(requests),
      let seconds = ["s": 1, "m": 60][parts[1]]
    else {
      throw ParallaxError(.usage, "`\(text)` is not a rate", remedy: "write it as nginx does: 10r/s or 30r/m")
    }
    self.init(requests: requests, seconds: seconds)
  }

  public var description: String { "\(requests)r/\(seconds == 1 ? "s" : "m")" }
}
