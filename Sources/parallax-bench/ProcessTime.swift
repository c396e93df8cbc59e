internal import Glibc

/// What this process has used of the machine so far.
enum ProcessTime {
  /// Of all its threads, in user and kernel mode.
  static var seconds: Double {
    let usage = usage
    let times = [usage.ru_utime, usage.ru_stime]
    return times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
  }

  /// Its largest size.
  static var megabytes: Double { Double(usage.ru_maxrss) / 1024 }

  private static var usage: rusage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage
  }
}
