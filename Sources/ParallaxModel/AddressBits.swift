/// An IP address as bits, to see how much of it two have in common.
public struct AddressBits: Hashable, Sendable {
  public let isV6: Bool
  /// Most significant first: 4 or 16.
  private let bytes: [UInt8]

  /// Of an address as text: `203.0.113.10` or `2001:db8::1`; nil for anything else.
  public init?(_ text: String) {
    if text.contains(":") {
      guard let groups = Self.groups(text) else { return nil }
      isV6 = true
      bytes = groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    } else {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
      guard parts.count == 4, parts.allSatisfy({ $0 != nil }) else { return nil }
      isV6 = false
      bytes = parts.compactMap { $0 }
    }
  }

  public var length: Int { 8 * bytes.count }

  /// How many leading bits two addresses share; nil for those of different families.
  public func commonPrefix(with other: AddressBits) -> Int? {
    guard isV6 == other.isV6 else { return nil }
    var common = 0
    for (a, b) in zip(bytes, other.bytes) {
      guard a == b else { return common + (a ^ b).leadingZeroBitCount }
      common += 8
    }
    return common
  }

  /// The eight groups of an IPv6 address, where `::` stands for as many zeros as are missing (RFC 4291, section 2.2).
  ///
  /// Split by a character and not by the text `::`: that alone would bring the regular expressions of Swift into the
  /// agent, a twelfth of its size.
  private static func groups(_ text: String) -> [UInt16]? {
    guard let gap = zip(text.indices, text.indices.dropFirst()).first(where: { text[$0] == ":" && text[$1] == ":" })
    else {
      return words(text[...]).flatMap { $0.count == 8 ? $0 : nil }
    }
    guard let before = words(text[..<gap.0]), let after = words(text[text.index(after: gap.1)...]) else { return nil }
    let missing = 8 - before.count - after.count
    guard missing >= 1 else { return nil }
    return before + [UInt16](repeating: 0, count: missing) + after
  }

  private static func words(_ text: Substring) -> [UInt16]? {
    guard !text.isEmpty else { return [] }
    let words = text.split(separator: ":", omittingEmptySubsequences: false)
    guard words.allSatisfy({ 1...4 ~= $0.utf8.count && $0.allSatisfy { $0.isASCII && $0.isHexDigit } }) else {
      return nil
    }
    return words.compactMap { UInt16($0, radix: 16) }
  }
}
