public import ParallaxModel

extension LimitRule {
  /// Whether all of its conditions hold; an answer without a status meets no rule.
  public func isMet(by answer: Answer) -> Bool {
    guard let got = answer.status else { return false }
    if let status, status != got { return false }
    if let header, answer.header(header) == nil { return false }
    if let bodyContains { return String(decoding: answer.body, as: UTF8.self).contains(bodyContains) }
    return true
  }
}
