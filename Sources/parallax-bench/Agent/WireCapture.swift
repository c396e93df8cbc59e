internal import Foundation
internal import ParallaxLab

/// When requests left, as the kernel saw them on the loopback interface: the same for every tool, whatever it says of
/// itself.
struct WireCapture {
  private let pid: Int32
  private let file: String
  /// Where it says what it does; at its end it still wants to say how much it saw.
  private let said: Int32

  /// Starts tcpdump, which must have the privilege, and waits until it listens.
  init(port: Int, directory: String) throws {
    file = directory + "/wire.pcap"
    try? FileManager.default.removeItem(atPath: file)
    let get = "tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420"
    let pipe = try ParallaxLab.Pipe.make()
    said = pipe.reader
    var spawn = Spawn(
      "/usr/bin/tcpdump",
      [
        "-i", "lo", "-n", "-s", "80", "-B", "65536", "-Z", "root", "--time-stamp-precision=nano", "-w", file,
        "tcp dst port \(port) and \(get)",
      ])
    spawn.standardError = pipe.writer
    pid = try spawn.start()
    close(pipe.writer)
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !text.contains("listening on") {
      let count = read(said, &buffer, buffer.count)
      guard count > 0 else { throw BenchFailure("tcpdump does not start; it needs root: \(text)") }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  /// Ends the capture: seconds at which requests left, in order.
  func stop() throws -> [Double] {
    // The kernel hands over what it holds after a second.
    usleep(1_300_000)
    kill(pid, SIGTERM)
    _ = Child.wait(pid)
    close(said)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    try? FileManager.default.removeItem(atPath: file)
    func word(_ at: Int) -> Int {
      Int(bytes[at]) | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2]) << 16 | Int(bytes[at + 3]) << 24
    }
    guard bytes.count >= 24, word(0) == 0xA1B2_3C4D else { throw BenchFailure("tcpdump wrote something else") }
    var times: [Double] = []
    var position = 24
    while position + 16 <= bytes.count {
      times.append(Double(word(position)) + Double(word(position + 4)) / 1e9)
      position += 16 + word(position + 8)
    }
    return times.sorted()
  }
}

/// By how much sends missed a constant pace, in milliseconds.
struct Lateness {
  var values: [Double]

  init(milliseconds: [Double]) { values = milliseconds }

  /// Of times that should be `1 / rate` apart; the one that was least late counts as punctual.
  init(times: [Double], rate: Double) {
    let errors = times.enumerated().map { $1 - Double($0) / rate }
    let least = errors.min() ?? 0
    values = errors.map { ($0 - least) * 1000 }
  }

  func at(_ share: Double) -> Double { values.quantile(share) ?? .nan }
}
