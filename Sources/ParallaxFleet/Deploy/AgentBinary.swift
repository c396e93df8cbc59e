internal import Foundation
internal import ParallaxDigest
internal import ParallaxModel

/// The agent as it will be put on hosts: its bytes, what they hash to, and what they need there.
public struct AgentBinary: Sendable {
  public let path: String
  public let size: Int
  /// Hexadecimal SHA-256 of the file.
  public let digest: String
  /// As `uname -m` names it.
  public let architecture: String
  /// The newest glibc symbol version the file asks for; nil for one that needs none.
  public let glibc: GlibcVersion?
  /// What travels.
  let packed: PackedFile

  package init(path: String, size: Int, digest: String, architecture: String, glibc: GlibcVersion?) {
    self.path = path
    self.size = size
    self.digest = digest
    self.architecture = architecture
    self.glibc = glibc
    packed = PackedFile(path: path)
  }

  /// Looks at the file's beginning only. Errors: `deployFailed` where it is missing, unreadable or not an ELF file.
  static func requireAgent(_ path: String) throws {
    guard let file = FileHandle(forReadingAtPath: path) else { throw unreadable(path) }
    defer { try? file.close() }
    _ = try architecture(of: [UInt8](try file.read(upToCount: ELFHeader.size) ?? Data()), path)
  }

  private static func unreadable(_ path: String) -> ParallaxError {
    ParallaxError(
      .deployFailed, "the agent \(path) cannot be read",
      remedy: "build it with scripts/build, or name another with --agent")
  }

  private static func architecture(of bytes: [UInt8], _ path: String) throws -> String {
    guard let architecture = ELFHeader.architecture(of: bytes) else {
      throw ParallaxError(.deployFailed, "the agent \(path) is not a Linux executable that can be deployed")
    }
    return architecture
  }

  /// Reads the file once for all hosts, without ever holding all of it. Errors as of `requireAgent`.
  static func load(path: String) throws -> AgentBinary {
    guard let file = FileHandle(forReadingAtPath: path) else { throw unreadable(path) }
    defer { try? file.close() }
    var architecture: String?
    var glibc: GlibcVersion?
    var hash = SHA256()
    var size = 0
    var last: ArraySlice<UInt8> = []
    while let data = try file.read(upToCount: 1 << 20), !data.isEmpty {
      let bytes = [UInt8](data)
      architecture = try architecture ?? Self.architecture(of: bytes, path)
      hash.update(bytes)
      size += bytes.count
      // A name that is cut by the end of a piece is whole in the next.
      glibc = [glibc, GlibcVersion.newestNeeded(by: last + bytes)].compactMap(\.self).max()
      last = bytes.suffix(32)
    }
    guard let architecture else { throw unreadable(path) }
    return AgentBinary(path: path, size: size, digest: hash.hexDigest(), architecture: architecture, glibc: glibc)
  }

  /// Its name on hosts, from which its content follows.
  static func fileName(digest: String) -> String { "agent-\(digest.prefix(16))" }

  /// Where the agent is looked for when the user names none: beside this executable.
  public static func defaultPath() -> String {
    let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "parallax"
    return URL(fileURLWithPath: executable).deletingLastPathComponent().appendingPathComponent("parallax-agent").path
  }
}

/// The few bytes of an ELF header that say what machine a file is for.
enum ELFHeader {
  /// Bytes.
  static let size = 64

  /// `e_machine` at offset 18, little endian (System V ABI, chapter 4), as `uname -m` would say it.
  static func architecture(of bytes: [UInt8]) -> String? {
    guard bytes.count >= size, bytes[0..<4] == [0x7f, 0x45, 0x4c, 0x46] else { return nil }
    switch Int(bytes[18]) | Int(bytes[19]) << 8 {
    case 62: return "x86_64"
    case 183: return "aarch64"
    case 243: return "riscv64"
    default: return nil
    }
  }
}
