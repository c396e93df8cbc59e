internal import ParallaxModel

/// A target that no vantage can talk to is an error of the plan or of the network, not a finding about a limiter.
enum TargetReachability {
  /// Errors: `targetUnreachable` where not a single request got any answer and all failed in the same way.
  static func check(_ observations: [Observation], url: URLParts) throws {
    let failures = Set(observations.map { $0.answer.failure })
    guard !observations.isEmpty, observations.allSatisfy({ $0.answer.status == nil }), failures.count == 1,
      let failure = failures.first ?? nil, let (what, remedy) = explanation(of: failure)
    else { return }
    throw ParallaxError(
      .targetUnreachable, "no vantage can reach \(url): \(what)", remedy: remedy,
      cause: "\(observations.count) requests, all alike")
  }

  private static func explanation(of failure: Answer.Failure) -> (String, String)? {
    switch failure {
    case .connectionRefused: ("connection refused", "check target.url and its port; is the service up?")
    case .connectionTimeout, .unreachable:
      ("no connection within the time", "check that the hosts may reach the target; a firewall may drop them")
    case .tls:
      (
        "the TLS handshake failed",
        "check the target's certificate and name; name a private authority with target.ca_file in the plan"
      )
    case .invalidResponse: ("the answer is not HTTP", "check the scheme and the port in target.url")
    case .sourceAddress:
      ("the source addresses cannot be bound", "check source_addresses in the inventory: they must be the host's own")
    case .resolution: ("its name does not resolve", "check target.url")
    case .reset, .timeout, .tooLarge, .notSent: nil
    }
  }
}
