internal import ParallaxInference
internal import ParallaxModel

/// What a limiter counts and how, as far as the run has shown.
struct Parameters: Sendable {
  var kind = Limiter.Kind.rate
  var algorithm = Limiter.Algorithm(name: .unknown, posterior: 0)
  var limit: Estimate?
  var window: Estimate?
  var burst: Estimate?
  var countsRejected: Bool?
  /// By what prefix it counts addresses.
  var prefix: String?
  /// Requests per second in the long run; nil when it has not recovered yet.
  var rate: Double?

  init(_ search: LimiterSearch, _ notebook: Notebook) {
    prefix = search.prefix
    if let concurrency = search.concurrency {
      kind = .concurrency
      limit = Estimate(value: Double(concurrency), low: Double(concurrency), high: Double(concurrency + 1))
      return
    }
    if notebook.isQueue {
      algorithm = Limiter.Algorithm(name: .queue, posterior: 1)
      let rate = notebook.queueRate
      self.rate = rate
      limit = Estimate(value: rate, low: 0.8 * rate, high: 1.25 * rate)
      window = Estimate(value: 1, low: 1, high: 1)
      return
    }
    guard let fit = LimiterFit(search.admissions(notebook)) else { return }
    guard fit.hasRecovered else {
      // Only what it holds has been seen.
      limit = fit.drained
      return
    }
    algorithm = fit.algorithm
    limit = fit.limit
    window = fit.window
    burst = fit.burst
    countsRejected = fit.countsRejected
    rate = fit.rate
  }
}
