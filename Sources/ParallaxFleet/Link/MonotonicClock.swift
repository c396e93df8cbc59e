internal import Glibc

/// The controller's clock: nanoseconds that only go forward, the same clock that agents use.
enum MonotonicClock {
  static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
