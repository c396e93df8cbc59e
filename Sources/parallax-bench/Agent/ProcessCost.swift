internal import Foundation

/// What processes cost, as the kernel counts it.
enum ProcessCost {
  /// Nanoseconds of CLOCK_MONOTONIC.
  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// CPU seconds of a process, user and system.
  static func processor(of pid: Int32) -> Double {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/schedstat", encoding: .utf8),
      let nanoseconds = text.split(separator: " ").first.flatMap({ Double($0) })
    else { return 0 }
    // The main thread alone: the others of the process have lines of their own.
    let others = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    let rest = others.filter { $0 != "\(pid)" }.compactMap {
      try? String(contentsOfFile: "/proc/\(pid)/task/\($0)/schedstat", encoding: .utf8)
    }.compactMap { $0.split(separator: " ").first.flatMap { Double($0) } }
    return (nanoseconds + rest.sum) / 1e9
  }

  /// CPU seconds of all children that have ended.
  static func ofEndedChildren() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// Resident megabytes (10^6 bytes).
  static func resident(of pid: Int32) -> Double { memory(of: pid, "VmRSS:") }

  /// The most that was resident so far, megabytes.
  static func most(of pid: Int32) -> Double { memory(of: pid, "VmHWM:") }

  private static func memory(of pid: Int32, _ field: String) -> Double {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(field) } ?? ""
    let kilobytes = line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Double($0) }
    return (kilobytes ?? 0) * 1024 / 1e6
  }
}
