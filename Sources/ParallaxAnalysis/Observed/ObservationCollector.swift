public import ParallaxModel

/// Takes a run's observations in as they are read: figures of all of them, and the first of them as a whole, as many as
/// fit a bound of memory. Every run whose requests are counted in thousands is kept from its first to its last.
public struct ObservationCollector: Sendable {
  /// Observations, and bytes of their headers and bodies.
  public static let limit = (observations: 100_000, answerBytes: 32 << 20)

  public private(set) var tally = RunTally()
  public private(set) var kept: [Observation] = []
  private var answerBytes = 0

  public init() {}

  /// Whether it still keeps observations with their headers and bodies; others may leave them out.
  public private(set) var keeps = true

  public mutating func take(_ observation: Observation) {
    tally.add(observation)
    guard keeps else { return }
    kept.append(observation)
    answerBytes += observation.answer.body.count
    for header in observation.answer.headers {
      answerBytes += MemoryLayout<Header>.stride + header.name.utf8.count + header.value.utf8.count
    }
    keeps = kept.count < Self.limit.observations && answerBytes < Self.limit.answerBytes
  }
}
