package import ParallaxModel
package import ParallaxWire

/// Decides for every single request whether it may be sent. Pure: the clock is an argument, in nanoseconds.
///
/// A request is charged when it is admitted, and stays charged even if its connection then fails: whatever goes wrong,
/// the target never sees more than was granted.
package struct Governor: Hashable, Sendable {
  private let budget: Budget
  private let ceiling: Ceiling
  private var planRate: RateBucket
  private var ceilingRate: RateBucket
  private var granted = 0
  /// By cell; nil where the lease names none.
  private var allotments: [Int: Int]?
  private var chargedByCell: [Int: Int] = [:]
  private var leaseEnd: Int64?
  private var firstAdmitted: Int64?

  package private(set) var isAborted = false
  /// Requests admitted so far.
  package private(set) var charged = 0

  package init(budget: Budget, ceiling: Ceiling = Ceiling()) {
    self.budget = budget
    self.ceiling = ceiling
    planRate = RateBucket(rate: budget.rate)
    ceilingRate = RateBucket(rate: ceiling.rate)
  }

  /// The latest lease counts; none lives longer than `Lease.longestMilliseconds`.
  package mutating func renew(_ lease: Lease, at now: Int64) {
    granted = lease.granted
    allotments = lease.allotments.map { Dictionary($0.map { ($0.cell, $0.granted) }) { _, last in last } }
    let milliseconds = min(max(0, lease.validForMilliseconds), Lease.longestMilliseconds)
    leaseEnd = now + Int64(milliseconds) * 1_000_000
  }

  /// For good: no later lease brings the load back.
  package mutating func abort() { isAborted = true }

  /// Charges one request of a cell, or says why it must not be sent.
  package mutating func admit(cell: Int = 0, at now: Int64) -> Refusal? {
    if let refusal = standing(at: now) { return refusal }
    if charged >= granted { return .leaseSpent }
    if let allotments, chargedByCell[cell, default: 0] >= allotments[cell, default: 0] { return .allotmentSpent }
    if charged >= budget.requests { return .budgetSpent }
    if charged >= ceiling.requests { return .ceiling }
    if let firstAdmitted, Double(now - firstAdmitted) > budget.duration * 1e9 { return .duration }
    guard planRate.take(at: now) else { return .rate }
    guard ceilingRate.take(at: now) else { return .ceiling }
    firstAdmitted = firstAdmitted ?? now
    charged += 1
    chargedByCell[cell, default: 0] += 1
    return nil
  }

  /// Whether a request admitted before, whose connection took its time, may still leave.
  package func standing(at now: Int64) -> Refusal? {
    if isAborted { return .aborted }
    guard let leaseEnd, now < leaseEnd else { return .leaseExpired }
    return nil
  }
}
