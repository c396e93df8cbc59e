internal import Glibc

/// Names of runs: the time they began in UTC and four random digits, so that they sort by age and never collide on two
/// controllers: `20261124T061500Z-7f3a`.
enum RunIdentifier {
  static func make(at time: Int, random: UInt16 = .random(in: 0...UInt16.max)) -> String {
    var seconds = time_t(time)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func digits(_ number: Int32, _ width: Int) -> String { padded(String(number), width) }
    let date = digits(parts.tm_year + 1900, 4) + digits(parts.tm_mon + 1, 2) + digits(parts.tm_mday, 2)
    let clock = digits(parts.tm_hour, 2) + digits(parts.tm_min, 2) + digits(parts.tm_sec, 2)
    return "\(date)T\(clock)Z-\(padded(String(random, radix: 16), 4))"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }

  /// Whether a text can be such a name; anything else never becomes part of a path.
  static func isValid(_ text: String) -> Bool {
    text.utf8.count == 21
      && zip(text.utf8, "00000000T000000Z-xxxx".utf8).allSatisfy { byte, pattern in
        switch pattern {
        case UInt8(ascii: "0"): (48...57).contains(byte)
        case UInt8(ascii: "x"): (48...57).contains(byte) || (97...102).contains(byte)
        default: byte == pattern
        }
      }
  }
}
