internal import ParallaxModel

/// `Retry-After` (RFC 9110, section 10.2.3) in the two forms of the standard, and those that are seen besides.
public enum RetryAfter {
  /// Seconds to assume where the header is there but cannot be read.
  public static let fallback = 60.0
}

extension DeclarationReader {
  mutating func readRetryAfter() {
    if let value = headers["retry-after"] { setRetryAfter(seconds(value, field: "retry-after")) }
    for field in ["retry-after-ms", "x-ms-retry-after-ms", "x-retry-after-ms"] {
      if let value = headers[field], let milliseconds = count(value, field: field) {
        setRetryAfter(milliseconds / 1000)
      }
    }
    if let value = headers["x-retry-after"] { setRetryAfter(seconds(value, field: "x-retry-after")) }
  }

  private mutating func seconds(_ value: String, field: String) -> Double {
    if let seconds = NumberText.whole(value) {
      // Some write the moment in place of the duration.
      guard seconds >= 1_000_000_000 else { return Double(seconds) }
      report(.nonstandard, field, "`\(value)` is a moment in seconds since 1970, not a duration")
      return untilReset(value, field: field) ?? RetryAfter.fallback
    }
    if TimeText.httpDate(value) != nil { return untilReset(value, field: field) ?? RetryAfter.fallback }
    if let seconds = untilReset(value, field: field) {
      report(.nonstandard, field, "`\(value)` is neither whole seconds nor an HTTP date")
      return seconds
    }
    return RetryAfter.fallback
  }
}
