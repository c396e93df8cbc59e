/// Moments and durations as headers write them.
enum TimeText {
  enum Moment: Hashable {
    /// Seconds from now.
    case after(Double)
    /// Seconds since 1970.
    case at(Double)
  }

  /// Numbers from here on are moments, smaller ones are durations: 10^9 s is September 2001, and 31 years of waiting.
  private static let firstMoment = 1e9

  static func moment(_ text: String) -> Moment? {
    if let number = NumberText.decimal(text) {
      // Milliseconds since 1970 have three digits more.
      if number >= 1e12 { return .at(number / 1000) }
      return number >= firstMoment ? .at(number) : .after(number)
    }
    if let seconds = duration(text) { return .after(seconds) }
    return (httpDate(text) ?? internetDate(text)).map { .at($0) }
  }

  /// Seconds of a duration with units as Go prints it: `12ms`, `1s`, `6m0s`, `2m59.56s`, `1h2m3s`.
  static func duration(_ text: some StringProtocol) -> Double? {
    var total = 0.0
    var rest = text[...]
    guard !rest.isEmpty, rest.utf8.count <= 40 else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest[digits.endIndex...]
      let unit = rest.prefix { $0.isLetter }
      rest = rest[unit.endIndex...]
      guard let amount = NumberText.decimal(digits), let scale = scale(of: unit) else { return nil }
      total += amount * scale
    }
    return total
  }

  private static func scale(of unit: some StringProtocol) -> Double? {
    switch unit {
    case "ns": 1e-9
    case "us", "µs": 1e-6
    case "ms": 1e-3
    case "s", "sec", "secs", "second", "seconds": 1
    case "m", "min", "mins", "minute", "minutes": 60
    case "h", "hr", "hour", "hours": 3600
    case "d", "day", "days": 86400
    default: nil
    }
  }

  /// Seconds since 1970 of a date in one of the three forms of RFC 9110, section 5.6.7.
  static func httpDate(_ text: String) -> Double? {
    let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
    // Sun, 06 Nov 1994 08:49:37 GMT, or Sunday, 06-Nov-94 08:49:37 GMT
    if words.count == 6, words[5] == "GMT" || words[5] == "UTC" {
      return civil(year: words[3], month: month(words[2]), day: words[1], clock: words[4])
    }
    // Sun Nov  6 08:49:37 1994
    if words.count == 5 { return civil(year: words[4], month: month(words[1]), day: words[2], clock: words[3]) }
    return nil
  }

  /// Seconds since 1970 of a date of RFC 3339: `2026-11-24T06:15:00Z`, also with a fraction or an offset.
  static func internetDate(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    guard (20...40).contains(bytes.count), bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") || bytes[10] == UInt8(ascii: " ")
    else { return nil }
    func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    guard
      let seconds = civil(
        year: part(0..<4), month: NumberText.whole(part(5..<7)), day: part(8..<10), clock: part(11..<19))
    else { return nil }
    var rest = part(19..<bytes.count)[...]
    var fraction = 0.0
    if rest.hasPrefix(".") {
      let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
      guard let value = NumberText.decimal("0." + digits) else { return nil }
      fraction = value
      rest = rest[digits.endIndex...]
    }
    guard let offset = offset(rest) else { return nil }
    return seconds + fraction - offset
  }

  /// Seconds of `Z`, `+02:00` or `-0530`.
  private static func offset(_ text: Substring) -> Double? {
    if text == "Z" || text == "z" { return 0 }
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst().filter { $0 != ":" }
    guard digits.utf8.count == 4, let hours = NumberText.whole(digits.prefix(2)),
      let minutes = NumberText.whole(digits.suffix(2)), hours < 24, minutes < 60
    else { return nil }
    return Double(hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
  }

  private static func month(_ name: String) -> Int? {
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return names.firstIndex(of: name).map { $0 + 1 }
  }

  private static func civil(year: String, month: Int?, day: String, clock: String) -> Double? {
    let parts = clock.split(separator: ":", omittingEmptySubsequences: false).map { NumberText.whole($0) }
    guard var year = NumberText.whole(year), let month, let day = NumberText.whole(day), parts.count == 3,
      let hour = parts[0], let minute = parts[1], let second = parts[2], (1...12).contains(month),
      (1...31).contains(day), hour < 24, minute < 60, second <= 60, year < 10000
    else { return nil }
    // Two digits, as in the form of RFC 850.
    if year < 100 { year += year < 70 ? 2000 : 1900 }
    return Double(days(year: year, month: month, day: day) * 86400 + hour * 3600 + minute * 60 + second)
  }

  /// Days since 1970-01-01 in the proleptic Gregorian calendar, with years that begin in March.
  /// http://howardhinnant.github.io/date_algorithms.html#days_from_civil
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
