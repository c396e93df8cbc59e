/// When to send where the number of requests under way is what counts: a new one whenever one is answered. Pure.
public struct FlightPacer: Sendable, Hashable {
  private let inFlight: Int
  private var left: Int
  private var underWay = 0

  /// `inFlight` requests at once, `requests` altogether.
  public init(inFlight: Int, requests: Int) {
    self.inFlight = max(0, inFlight)
    left = max(0, requests)
  }

  /// All are answered, and no more is to be sent.
  public var isFinished: Bool { left == 0 && underWay == 0 }

  /// Takes the next request's turn, if it may leave now.
  public mutating func takeTurn() -> Bool {
    guard left > 0, underWay < inFlight else { return false }
    left -= 1
    underWay += 1
    return true
  }

  public mutating func noteAnswer() { underWay -= 1 }

  /// Nothing more is sent; what is under way is waited for.
  public mutating func stop() { left = 0 }
}
