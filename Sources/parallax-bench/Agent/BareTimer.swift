internal import Foundation

/// A loop that does nothing but wake at instants: what the machine's own scheduling costs, whoever keeps the time.
enum BareTimer {
  static func lateness(rate: Int, seconds: Double) -> Lateness {
    let gap = 1_000_000_000 / Int64(rate)
    let start = ProcessCost.now() + 10_000_000
    var late: [Double] = []
    for index in 0..<Int64(seconds * Double(rate)) {
      let due = start + index * gap
      var wanted = timespec(tv_sec: Int(due / 1_000_000_000), tv_nsec: Int(due % 1_000_000_000))
      while clock_nanosleep(CLOCK_MONOTONIC, Int32(TIMER_ABSTIME), &wanted, nil) == EINTR {}
      late.append(Double(ProcessCost.now() - due) / 1e6)
    }
    return Lateness(milliseconds: late)
  }
}
