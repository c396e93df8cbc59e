public import ParallaxModel

/// What the drained bucket saw: every request of the cells that share it, with how the limiter decided.
public struct BucketHistory: Sendable {
  public struct Request: Hashable, Sendable {
    /// When it met the limiter, seconds since the run began.
    public var time: Double
    public var cell: Int
    public var stage: Stage
    public var admitted: Bool
  }

  /// In order of time.
  public let requests: [Request]
  /// Index of the refusal with which the bucket was drained: the first that another one of the reference follows.
  public let drained: Int?

  /// nil where nothing was refused.
  public init?(_ run: MeasuredRun, limiter: Int = 0) {
    guard let refusal = Refusal(of: run, limiter: limiter), refusal.signature.effect != .delay else { return nil }
    let shared = Self.sharedCells(run, limiter: limiter)
    let requests = run.arrivals.compactMap { observation, time -> Request? in
      guard shared.contains(observation.cell), let denied = refusal.denied(observation) else { return nil }
      return Request(time: time, cell: observation.cell, stage: observation.stage, admitted: !denied)
    }
    let denials = requests.indices.filter { !requests[$0].admitted }
    guard !denials.isEmpty else { return nil }
    drained = denials.first { index in requests[index...].prefix(4).count { !$0.admitted } >= 2 } ?? denials.first
    self.requests = requests
  }

  /// The cells that spend the bucket, as the verdict says.
  public static func sharedCells(_ run: MeasuredRun, limiter: Int = 0) -> Set<Int> {
    guard let limiters = run.verdict?.limiters, limiters.indices.contains(limiter) else { return [0] }
    let shared = limiters[limiter].evidence.filter { $0.relation == .shared }.map(\.cell)
    return Set(run.design.cells.filter { $0.id == 0 || shared.contains(run.design.name(of: $0)) }.map(\.id))
  }

  /// Seconds since the bucket was drained, with how many requests were let through until then from that moment on.
  public var regained: [(seconds: Double, count: Int)] {
    guard let drained else { return [] }
    var count = 0
    return requests[drained...].map { request in
      count += request.admitted ? 1 : 0
      return (request.time - requests[drained].time, count)
    }
  }
}
