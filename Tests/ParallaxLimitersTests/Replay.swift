internal import ParallaxLimiters

/// Feeds requests to one bucket of a rule and writes down what happened: `1` passed, `0` denied.
func replay(_ rule: some AdmissionRule, at times: [Double], cost: Double = 1, service: Double = 0) -> String {
  replay(rule, times.map { Offer(time: $0, cost: cost, service: service) }).map { $0.allowed ? "1" : "0" }.joined()
}

func replay<Rule: AdmissionRule>(_ rule: Rule, _ offers: [Offer]) -> [Decision] {
  var bucket = rule.makeBucket(at: offers[0].time)
  return offers.map { rule.admit($0, &bucket) }
}

extension Identity {
  static func client(_ host: UInt8, key: UInt16 = 0, account: UInt16 = 0, levels: [Int] = []) -> Identity {
    Identity(address: Address(203, 0, 113, host), key: key, account: account, levels: levels)
  }
}
