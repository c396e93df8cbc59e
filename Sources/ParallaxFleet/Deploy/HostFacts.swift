internal import ParallaxModel

/// What a host says about itself, asked in one command before anything is put there.
public struct HostFacts: Sendable, Equatable {
  public var system: String
  public var architecture: String
  public var glibc: GlibcVersion?
  public var home: String
  /// Where the agent goes: a folder of the user's own cache.
  public var directory: String
  /// The address that requests leave from, as the host itself sees it; nil where it cannot tell.
  public var egress: String?
  /// Free space in the folder's file system, KiB.
  public var freeKiB: Int?

  /// What can undo the packing of an agent.
  var codecs: Set<AgentCodec> = []
  /// Digests of the agents that stand there, whole and able to run.
  var present: Set<String> = []
  /// What earlier runs left behind and this one took away, one line each.
  public var leftovers: [String] = []

  /// Asks a host over an open connection; it has `deadline` seconds to answer.
  ///
  /// - Parameters:
  ///   - directory: where the agent goes, absolute or in the home directory; nil for the user's cache.
  ///   - sweeping: also removes what crashed runs have left, and tells it.
  static func ask(
    _ host: String, over connection: any HostConnection, directory: String? = nil, sweeping: Bool = false,
    deadline: Double = 15
  ) async throws -> HostFacts {
    let command = try HostQuestion.command(directory: directory, sweeping: sweeping)
    let result = try await connection.run(command, deadline: deadline)
    return try HostFacts(parsing: result.text, host: host)
  }

  /// Reads the command's output. Errors: `deployFailed` where the host answered something else.
  package init(parsing text: String, host: String) throws {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let start = lines.firstIndex(of: "parallax-facts"), let end = lines.lastIndex(of: HostQuestion.end),
      start < end
    else {
      throw ParallaxError(
        .deployFailed, "\(host) did not answer as a POSIX shell does",
        remedy: "Parallax needs /bin/sh on the host; a restricted or interactive-only account cannot serve",
        cause: String(text.suffix(120)))
    }
    var values: [String: String] = [:]
    for line in lines[start..<end] {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
    }
    system = values["system"] ?? ""
    architecture = values["architecture"] ?? ""
    glibc = values["glibc"].flatMap { GlibcVersion($0) }
    home = values["home"] ?? ""
    directory = values["directory"] ?? ""
    let routed = values["egress"].flatMap { $0.isEmpty ? nil : $0 }
    // SSH_CONNECTION holds client address, client port, server address, server port.
    let contacted = values["connection"].flatMap { $0.split(separator: " ").dropFirst(2).first.map(String.init) }
    egress = routed ?? contacted
    freeKiB = values["free"].flatMap { Int($0) }
    codecs = Set((values["codecs"] ?? "").split(separator: " ").compactMap { AgentCodec(rawValue: String($0)) })
    present = Set(lines[start..<end].filter { $0.hasPrefix("agent=") }.map { String($0.dropFirst(6)) })
    leftovers = lines[start..<end].filter { $0.hasPrefix("leftover=") }.map { String($0.dropFirst(9).prefix(120)) }
    guard directory.hasPrefix("/"), HostQuestion.isQuotable(directory) else {
      throw ParallaxError(
        .deployFailed, "\(host) has no usable home directory (\(directory))",
        remedy: "set HOME or XDG_CACHE_HOME for the user on that host")
    }
  }

  /// Refuses a host that cannot run the agent, naming both sides of the mismatch.
  package func check(_ agent: AgentBinary, host: String) throws {
    guard system == "Linux" else {
      throw ParallaxError(.deployFailed, "\(host) runs \(system); the agent needs Linux")
    }
    guard architecture == agent.architecture else {
      throw ParallaxError(
        .deployFailed, "\(host) is \(architecture), the agent was built for \(agent.architecture)",
        remedy: "build the agent on a \(architecture) machine and name that one too with --agent")
    }
    if let needed = agent.glibc {
      guard let present = glibc else {
        throw ParallaxError(
          .deployFailed, "\(host) has no GNU C library; the agent needs glibc \(needed) or newer",
          remedy: "use a host with glibc, or reach this one through the command transport from a container that has it")
      }
      guard present >= needed else {
        throw ParallaxError(
          .deployFailed, "\(host) has glibc \(present), the agent needs \(needed) or newer",
          remedy: "build the agent on a system with glibc \(present) or older, or use a newer host")
      }
    }
    if let freeKiB, freeKiB < agent.size / 1024 + 1024 {
      throw ParallaxError(
        .deployFailed, "\(host) has \(freeKiB) KiB free for \(directory), the agent needs \(agent.size / 1024) KiB",
        remedy: "free some space there, or name another folder with agent_directory in the inventory")
    }
  }
}
