public import ParallaxModel

/// Where requests lie in time: each of them while they are few, then evenly fewer.
public struct Moments: Sendable {
  public struct Moment: Hashable, Sendable {
    /// Seconds since the run began.
    public var time: Double
    public var stage: Stage
  }

  /// More than a lane of a picture has pixels for.
  static let limit = 4096

  /// In the order in which they were added.
  public private(set) var kept: [Moment] = []
  /// One in so many is kept.
  private var stride = 1
  private var skipped = 0

  init() {}

  mutating func add(_ time: Double, _ stage: Stage) {
    skipped += 1
    guard skipped >= stride else { return }
    skipped = 0
    kept.append(Moment(time: time, stage: stage))
    guard kept.count == Self.limit else { return }
    kept = kept.indices.compactMap { $0.isMultiple(of: 2) ? nil : kept[$0] }
    stride *= 2
  }
}
