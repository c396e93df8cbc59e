/// Requests whose answers are due, by time of sending.
struct Unanswered: Hashable, Sendable {
  private(set) var waiting: [Double] = []
  /// Those that were given up as late; their answers may still come.
  private var late: [Double] = []

  var isEmpty: Bool { waiting.isEmpty && late.isEmpty }
  var count: Int { waiting.count + late.count }

  mutating func add(_ sent: Double) { waiting.append(sent) }

  /// Takes out the request nearest to that time of sending; false if it had been given up as late before.
  mutating func answered(_ sent: Double) -> Bool {
    let inTime = Self.nearest(sent, in: waiting)
    let given = Self.nearest(sent, in: late)
    if let given, inTime.map({ abs(late[given] - sent) < abs(waiting[$0] - sent) }) ?? true {
      late.remove(at: given)
      return false
    }
    if let inTime { waiting.remove(at: inTime) }
    return true
  }

  /// Gives up those that were sent before a time, and returns them.
  mutating func giveUp(sentBefore time: Double) -> [Double] {
    let overdue = waiting.filter { $0 < time }
    waiting.removeAll { $0 < time }
    late += overdue
    return overdue
  }

  private static func nearest(_ time: Double, in times: [Double]) -> Int? {
    times.indices.min { abs(times[$0] - time) < abs(times[$1] - time) }
  }
}
