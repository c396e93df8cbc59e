public import ParallaxModel

/// What an agent asks of an answer. Handed in by the program, so that the engine knows no dialect of any service.
public struct AnswerReader {
  /// What the answer means.
  public var read: (Answer) -> Reading
  /// Whether all conditions of a rule hold.
  public var meets: (LimitRule, Answer) -> Bool
  /// Seconds that it asks to wait.
  public var retryAfter: (Answer) -> Double?

  public init(
    read: @escaping (Answer) -> Reading, meets: @escaping (LimitRule, Answer) -> Bool,
    retryAfter: @escaping (Answer) -> Double?
  ) {
    self.read = read
    self.meets = meets
    self.retryAfter = retryAfter
  }
}
