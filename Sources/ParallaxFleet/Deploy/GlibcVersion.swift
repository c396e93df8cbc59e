internal import Glibc

/// A release of the GNU C library, such as 2.36.
public struct GlibcVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
  public var major: Int
  public var minor: Int

  public init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads `2.36` or `glibc 2.36`; nil where neither is found.
  public init?(_ text: some StringProtocol) {
    guard let last = text.split(separator: " ").last else { return nil }
    let parts = last.split(separator: ".").prefix(2).compactMap { Int($0) }
    guard parts.count == 2 else { return nil }
    self.init(major: parts[0], minor: parts[1])
  }

  public var description: String { "\(major).\(minor)" }

  public static func < (a: GlibcVersion, b: GlibcVersion) -> Bool { (a.major, a.minor) < (b.major, b.minor) }

  /// The newest version among the `GLIBC_x.y` names in a binary's version table. They stand in its string table in
  /// plain text, so a scan finds them without walking the ELF sections.
  package static func newestNeeded(by binary: ArraySlice<UInt8>) -> GlibcVersion? {
    binary.withContiguousStorageIfAvailable { newestNeeded(by: UnsafeRawBufferPointer($0)) } ?? nil
  }

  private static func newestNeeded(by binary: UnsafeRawBufferPointer) -> GlibcVersion? {
    let marker = [UInt8]("GLIBC_".utf8)
    guard let base = binary.baseAddress else { return nil }
    var newest: GlibcVersion?
    var index = 0
    while let start = memchr(base + index, Int32(marker[0]), binary.count - index) {
      index = UnsafeRawPointer(start) - base
      guard binary[index...].starts(with: marker) else {
        index += 1
        continue
      }
      index += marker.count
      let name = binary[index...].prefix(12).prefix { $0 == 0x2e || (0x30...0x39).contains($0) }
      if let version = GlibcVersion(String(decoding: name, as: UTF8.self)) {
        newest = max(newest ?? version, version)
      }
    }
    return newest
  }
}
