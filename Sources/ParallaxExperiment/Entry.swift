internal import ParallaxModel

/// A sample with what its neighbours in the log say about it.
struct Entry: Sendable {
  var sample: Sample
  /// Seconds of the exhausted cell's queue that still lay ahead when this one arrived; nil when unknown.
  var queueAhead: Double?
  /// Sent so late that it may have met the limiter after a request that was planned to come after it.
  var isOutOfOrder = false

  var cell: Int { sample.cell }
  var time: Double { sample.time }
}
