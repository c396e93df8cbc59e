internal import Foundation

/// A point in time that waiting must not outlast.
package struct Deadline {
  private let end: ContinuousClock.Instant

  package init(seconds: Double) {
    end = .now + .seconds(seconds)
  }

  package var isOver: Bool { .now >= end }

  /// What is left, in milliseconds rounded up, for `poll`; 0 when it is over.
  package var milliseconds: Int32 {
    let left = (end - .now) / .milliseconds(1)
    return left <= 0 ? 0 : Int32(min(left.rounded(.up), 3_600_000))
  }

  /// Asks again every 2 ms until the condition holds. Returns whether it came to hold in time.
  package func wait(until condition: () throws -> Bool) rethrows -> Bool {
    while true {
      if try condition() { return true }
      if isOver { return false }
      usleep(2000)
    }
  }
}
