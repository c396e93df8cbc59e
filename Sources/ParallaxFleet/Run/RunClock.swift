internal import Glibc

/// The clock of a run: seconds since it began, which go on while it is interrupted.
struct RunClock: Sendable {
  /// Where its zero lies on the monotonic clock, nanoseconds.
  let zero: Int64

  /// A run that begins now.
  init() { zero = MonotonicClock.now }

  /// A run that began earlier, perhaps before this machine was started.
  ///
  /// - Parameter origin: its zero, seconds since 1970.
  init(origin: Double) { zero = MonotonicClock.now - Int64((Self.calendar - origin) * 1e9) }

  var now: Double { seconds(MonotonicClock.now) }

  func seconds(_ monotonic: Int64) -> Double { Double(monotonic - zero) / 1e9 }

  /// Its zero, seconds since 1970.
  var origin: Double { Self.calendar - now }

  /// Seconds since 1970.
  static var calendar: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
