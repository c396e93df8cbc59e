internal import ParallaxModel

/// A sample with what its neighbours in the log say about it.
struct Entry: Sendable {
  var sample: Sample
  /// Seconds of the exhausted cell's queue that still lay ahead when this one arrived; nil when unknown.
  var queueAhead: Double?

  var cell: Int { sample.cell }
  var time: Double { sample.time }
}
