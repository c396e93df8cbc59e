internal import Glibc
internal import ParallaxModel

/// A host's wall clock against ours, without the agent: `date` on the far side, five times over one channel.
enum RemoteClock {
  /// Offset (theirs minus ours) and its bound, in seconds; nil where the host's `date` has no nanoseconds.
  static func measure(over connection: any HostConnection) async throws -> (offset: Double, bound: Double)? {
    let stream = try await connection.start("sh -c 'while read -r x; do date +%s%N; done'")
    var best: (offset: Double, bound: Double)?
    for _ in 0..<5 {
      let sent = wallClock
      try await stream.write([0x0a])
      let line = try await withDeadline(5, "the clock") { () -> [UInt8]? in
        var line: [UInt8] = []
        while !line.contains(0x0a), let chunk = try await stream.read() { line += chunk }
        return line
      } onTimeout: {
        await stream.close()
      }
      let arrived = wallClock
      let digits = String(decoding: line ?? [], as: UTF8.self).split(whereSeparator: \.isWhitespace).last ?? ""
      guard let theirs = Int64(digits), digits.count >= 18 else { break }
      let bound = Double(arrived - sent) / 2e9
      if bound < best?.bound ?? .infinity { best = (Double(theirs - (sent + arrived) / 2) / 1e9, bound) }
    }
    await stream.close()
    return best
  }

  private static var wallClock: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
