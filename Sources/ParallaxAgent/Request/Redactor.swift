internal import Glibc
package import ParallaxModel
package import ParallaxWire

/// Takes the values of keys out of what is kept of an answer, for servers that echo what they are sent.
package struct Redactor: Sendable {
  private struct Pattern: Sendable {
    let value: [UInt8]
    let replacement: [UInt8]
  }

  /// Longest first, so that a key that contains another goes as a whole.
  private let patterns: [Pattern]

  /// How many bytes past `Answer.bodyLimit` must be read, so that a key that lies across it is still found.
  package let overlap: Int

  package init(_ secrets: [Secret]) {
    var patterns: [Pattern] = []
    for secret in secrets where !secret.value.isEmpty {
      let replacement = Array("[key:\(secret.name)]".utf8)
      for form in Set([secret.value, PercentEncoding.encode(secret.value)]) {
        patterns.append(Pattern(value: Array(form.utf8), replacement: replacement))
      }
    }
    self.patterns = patterns.sorted { $0.value.count > $1.value.count }
    overlap = patterns.map(\.value.count).max().map { $0 - 1 } ?? 0
  }

  /// The answer without any key, its body cut to `Answer.bodyLimit`.
  package func redacted(_ answer: Answer) -> Answer {
    var answer = answer
    answer.headers = redacted(answer.headers)
    answer.body = redacted(body: answer.body)
    return answer
  }

  /// Headers without any key; those that became too long go.
  package func redacted(_ headers: [Header]) -> [Header] {
    var headers = headers
    for pattern in patterns {
      for index in headers.indices {
        if let name = replaced(headers[index].name, pattern) { headers[index].name = name }
        if let value = replaced(headers[index].value, pattern) { headers[index].value = value }
      }
    }
    headers.removeAll { $0.name.utf8.count > WireLimits.name || $0.value.utf8.count > WireLimits.text }
    return headers
  }

  /// A body without any key, cut to `Answer.bodyLimit`.
  package func redacted(body: [UInt8]) -> [UInt8] {
    var body = body
    for pattern in patterns { body = replaced(body, pattern) }
    if body.count > Answer.bodyLimit { body.removeLast(body.count - Answer.bodyLimit) }
    return body
  }

  package func redacted(_ text: String) -> String { patterns.reduce(text) { replaced($0, $1) ?? $0 } }

  /// Nil where there is nothing to replace, which is nearly always.
  private func replaced(_ text: String, _ pattern: Pattern) -> String? {
    var text = text
    let found = text.withUTF8 { Self.find(pattern.value, in: UnsafeRawBufferPointer($0), from: 0) != nil }
    return found ? String(decoding: replaced(Array(text.utf8), pattern), as: UTF8.self) : nil
  }

  private func replaced(_ bytes: [UInt8], _ pattern: Pattern) -> [UInt8] {
    bytes.withUnsafeBytes { all in
      guard var found = Self.find(pattern.value, in: all, from: 0) else { return bytes }
      var result: [UInt8] = []
      var start = 0
      while true {
        result += all[start..<found]
        result += pattern.replacement
        start = found + pattern.value.count
        guard let next = Self.find(pattern.value, in: all, from: start) else { break }
        found = next
      }
      return result + all[start...]
    }
  }

  private static func find(_ needle: [UInt8], in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard let base = bytes.baseAddress, let first = needle.first else { return nil }
    var candidate = start
    while bytes.count - candidate >= needle.count {
      let room = bytes.count - candidate - needle.count + 1
      guard let hit = memchr(base + candidate, CInt(first), room) else { return nil }
      if memcmp(hit, needle, needle.count) == 0 { return UnsafeRawPointer(hit) - base }
      candidate = UnsafeRawPointer(hit) - base + 1
    }
    return nil
  }
}
