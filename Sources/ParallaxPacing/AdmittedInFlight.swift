/// How many of the requests that were admitted were still on their way at some moment: where it is most of them, they may
/// be what a limit counts.
struct AdmittedInFlight: Hashable, Sendable {
  private var admitted = 0
  /// When the last of them were answered, ascending. No more can be on their way at once.
  private var ends: [Double] = []

  mutating func ended(at time: Double) {
    admitted += 1
    ends.append(time)
    if ends.count > Ramp.unansweredLimit { ends.removeFirst() }
  }

  /// As a share of all, with so many that nothing has been heard of yet.
  func share(at time: Double, unanswered: Int) -> Double {
    Double(ends.count { $0 > time } + unanswered) / Double(max(1, admitted + unanswered))
  }
}
