internal import ParallaxModel

/// What an agent was asked to send, and may have sent, and nobody recorded: the controller or the agent was lost.
enum Unaccounted {
  /// Of a schedule it is what was planned and not recorded.
  ///
  /// - Parameters:
  ///   - cells: of the planned requests, one entry for each.
  ///   - recorded: those of the recorded ones.
  static func of(_ cells: [Int], stage: Stage, recorded: [Int]) -> [UnknownRequests] {
    var open: [Int: Int] = [:]
    for cell in cells { open[cell, default: 0] += 1 }
    for cell in recorded { open[cell, default: 0] -= 1 }
    return open.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { cell, count in
      UnknownRequests(cell: cell, stage: stage, count: count)
    }
  }

  /// A climb has no list: an agent without its controller stops at the end of its link, or at the latest when its lease
  /// ends, and keeps to the budget's rate until then.
  ///
  /// - Parameters:
  ///   - requests: the most that the climb may send, with what follows it.
  ///   - rate: the budget's, requests per second.
  static func of(_ ramp: RampSpecification, requests: Int, recorded: Int, rate: Double) -> [UnknownRequests] {
    let afterwards = Int((rate * AgentLink.leaseLife).rounded(.up)) + Int(rate.rounded(.up)) + 1
    let count = max(0, min(requests - recorded, afterwards))
    return count > 0 ? [UnknownRequests(cell: ramp.cell, stage: ramp.stage, count: count)] : []
  }
}
