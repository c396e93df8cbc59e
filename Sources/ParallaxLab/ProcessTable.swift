internal import Foundation

/// What /proc says about the processes of this machine.
enum ProcessTable {
  struct Entry {
    var parent: Int32
    var session: Int32
    var isZombie: Bool
    var startTime: UInt64
  }

  static func all() -> [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
  }

  /// The second field of the line is a name in parentheses that may itself hold spaces and parentheses.
  static func stat(_ pid: Int32) -> Entry? {
    guard let line = contents(pid, "stat"), let end = line.lastIndex(of: ")") else { return nil }
    let fields = line[line.index(after: end)...].split(separator: " ")  // from field 3, the state, on
    guard fields.count > 19, let parent = Int32(fields[1]), let session = Int32(fields[3]),
      let start = UInt64(fields[19])
    else { return nil }
    return Entry(
      parent: parent, session: session, isZombie: fields[0] == "Z" || fields[0] == "X", startTime: start)
  }

  /// The command line. A daemon that has set a title of its own shows it as one string.
  static func arguments(_ pid: Int32) -> String {
    (contents(pid, "cmdline") ?? "").replacingOccurrences(of: "\0", with: " ")
  }

  static func name(_ pid: Int32) -> String {
    (contents(pid, "comm") ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The environment the program was started with, readable for one's own processes only.
  static func environment(_ pid: Int32) -> [Substring] {
    (contents(pid, "environ") ?? "").split(separator: "\0")
  }

  /// The inode number that stands for the process's network namespace.
  static func networkNamespace(_ pid: Int32) -> UInt64? {
    guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/ns/net") else {
      return nil
    }
    return UInt64(link.filter(\.isNumber))
  }

  static func contents(_ pid: Int32, _ file: String) -> String? {
    FileManager.default.contents(atPath: "/proc/\(pid)/\(file)").map { String(decoding: $0, as: UTF8.self) }
  }
}
