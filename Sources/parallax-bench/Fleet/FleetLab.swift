internal import Foundation
internal import ParallaxLab

/// Two hundred hosts, and what the other tools must know to reach them.
enum FleetLab {
  static func with(_ body: (LabDescription) throws -> Void) throws {
    let directory = NSTemporaryDirectory() + "parallax-fleet-\(getpid())"
    let lab = try Lab.up(
      LabConfiguration(hosts: 200, ports: .free, target: LabTargetConfiguration(limiter: LabLimiter(scope: nil))),
      directory: directory)
    let result = Result { try body(lab) }
    try Lab.down(directory: directory)
    try? FileManager.default.removeItem(atPath: directory)
    try result.get()
  }
}

/// A process that ran to its end.
struct TimedProcess {
  /// Wall time from its start to its end.
  var seconds: Double
  /// Processor seconds, user and system, with those of its children that it waited for.
  var processor: Double
  /// The most that was resident, megabytes (10^6 bytes).
  var megabytes: Double

  /// Errors: a `BenchFailure` with what it said where it ended with another status than one of these.
  init(_ executable: String, _ arguments: [String], _ environment: [String: String], statuses: [Int32] = [0]) throws {
    let said = NSTemporaryDirectory() + "parallax-fleet-said-\(getpid())"
    let output = open(said, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer {
      close(output)
      unlink(said)
    }
    var spawn = Spawn(executable, arguments, environment: environment)
    spawn.standardOutput = output
    spawn.standardError = output
    let start = ProcessCost.now()
    let pid = try spawn.start()
    var status: Int32 = 0
    var usage = rusage()
    while wait4(pid, &status, 0, &usage) < 0 && errno == EINTR {}
    seconds = Double(ProcessCost.now() - start) / 1e9
    processor = [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) / 1e6 }.sum
    megabytes = Double(usage.ru_maxrss) * 1024 / 1e6
    let exit = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
    guard statuses.contains(exit) else {
      let text = (try? String(contentsOfFile: said, encoding: .utf8)) ?? ""
      throw BenchFailure("\(([executable] + arguments).joined(separator: " ")) ended with \(exit): \(text.suffix(600))")
    }
  }
}
