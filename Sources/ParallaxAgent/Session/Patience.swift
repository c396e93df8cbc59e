/// Seconds without a word from the controller after which the agent leaves by itself. A cut cable can leave standard input
/// open for ever, and then nothing else ends an agent.
public struct Patience: Sendable {
  /// Of an agent that has had a lease: its controller speaks every two seconds, and the load has stopped long before.
  public var leased: Double
  /// Of one that waits for its part: other hosts may take their time until the run begins.
  public var unleased: Double

  public init(leased: Double = 60, unleased: Double = 600) {
    self.leased = leased
    self.unleased = unleased
  }

  /// Reads `LEASED,UNLEASED`; nil where that is not two numbers above 0.
  public init?(_ text: String) {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? 0 }
    guard numbers.count == 2, numbers.allSatisfy({ $0 > 0 && $0 < 1e9 }) else { return nil }
    self.init(leased: numbers[0], unleased: numbers[1])
  }

  /// Nanoseconds.
  func time(leased isLeased: Bool) -> Int64 { Int64((isLeased ? leased : unleased) * 1e9) }
}
