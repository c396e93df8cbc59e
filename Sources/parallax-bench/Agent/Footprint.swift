internal import Foundation
internal import ParallaxLab

/// What has to go to a host.
struct Footprint {
  let goals: [Goal]

  init(binary: String) throws {
    let size = (try FileManager.default.attributesOfItem(atPath: binary)[.size] as? Double ?? 0) / 1e6
    let packed = NSTemporaryDirectory() + "parallax-bench-\(getpid()).zst"
    defer { try? FileManager.default.removeItem(atPath: packed) }
    let result = try Command.run("/usr/bin/zstd", ["-19", "-q", "-f", "-o", packed, binary], deadline: 120)
    guard result.status == 0 else { throw BenchFailure("zstd failed: \(result.output)") }
    let compressed = (try FileManager.default.attributesOfItem(atPath: packed)[.size] as? Double ?? 0) / 1e6
    print("Binary: \(size.digits(2)) MB, \(compressed.digits(2)) MB compressed (zstd -19)\n")
    goals = [atMost("binary, MB", size, 16), atMost("binary compressed, MB", compressed, 5)]
  }
}
