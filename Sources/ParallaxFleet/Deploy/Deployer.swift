internal import ParallaxModel

/// Puts the agent on a host, once per content: into a folder of the user's own (0700), verified on the far side.
struct Deployer: Sendable {
  /// What happened.
  struct Outcome: Sendable {
    var facts: HostFacts
    var path: String
    /// False where the same agent was there already.
    var transferred: Bool
    var bytesSent: Int
  }

  let agent: AgentBinary
  /// Where the user wants it on the host, relative to the home directory or absolute; nil for the user's cache.
  var directory: String?
  /// Seconds for the whole upload.
  var uploadDeadline = 120.0
  /// Seconds for each short command.
  var commandDeadline = 15.0

  func facts(of host: String, over connection: any HostConnection) async throws -> HostFacts {
    var facts = try await HostFacts.ask(host, over: connection, deadline: commandDeadline)
    if let directory {
      facts.directory =
        directory.hasPrefix("/")
        ? directory : facts.home + "/" + (directory.hasPrefix("~/") ? String(directory.dropFirst(2)) : directory)
    }
    return facts
  }

  /// Errors: `deployFailed`, naming what the host or the transfer lacked.
  func deploy(to host: String, over connection: any HostConnection) async throws -> Outcome {
    let facts = try await facts(of: host, over: connection)
    try facts.check(agent, host: host)
    let path = "\(facts.directory)/agent-\(agent.digest.prefix(16))"
    if try await digest(of: path, over: connection) == agent.digest {
      return Outcome(facts: facts, path: path, transferred: false, bytesSent: 0)
    }
    try await upload(to: path, in: facts.directory, host: host, over: connection)
    return Outcome(facts: facts, path: path, transferred: true, bytesSent: agent.compressed.count)
  }

  private func digest(of path: String, over connection: any HostConnection) async throws -> String? {
    let command = "sh -c 'test -x \"\(path)\" && sha256sum \"\(path)\" || true'"
    let result = try await connection.run(command, input: [], deadline: commandDeadline)
    return Self.digest(in: result.text)
  }

  /// The upload goes to a name of its own and is renamed only after the far side has hashed it: a cut transfer or a
  /// second controller can never leave a half agent under the name that is run.
  private func upload(
    to path: String, in directory: String, host: String, over connection: any HostConnection
  ) async throws {
    let command = """
      sh -c 'umask 077; mkdir -p "\(directory)" && chmod 700 "\(directory)" && t="\(path).$$" && \
      trap "rm -f \\"$t\\"" EXIT HUP TERM INT && gzip -dc > "$t" && s=$(sha256sum "$t") && echo "$s" && \
      test "${s%% *}" = \(agent.digest) && chmod 700 "$t" && mv -f "$t" "\(path)"'
      """
    let result = try await connection.run(command, input: agent.compressed, deadline: uploadDeadline)
    guard result.status == 0 else {
      let arrived = Self.digest(in: result.text)
      let what =
        arrived != nil && arrived != agent.digest
        ? "the agent arrived damaged on \(host) (\(arrived!.prefix(12)), expected \(agent.digest.prefix(12)))"
        : "the agent could not be put on \(host) (status \(result.status))"
      throw ParallaxError(
        .deployFailed, what, remedy: "check space and permissions of \(directory) on the host",
        cause: result.complaint)
    }
  }

  /// Removes every agent of this user from the host.
  func remove(from host: String, over connection: any HostConnection) async throws -> HostFacts {
    let facts = try await facts(of: host, over: connection)
    let command = "sh -c 'rm -f \"\(facts.directory)\"/agent-* && rmdir \"\(facts.directory)\" 2>/dev/null || true'"
    _ = try await connection.run(command, input: [], deadline: commandDeadline)
    return facts
  }

  /// The first word of 64 hexadecimal digits, as `sha256sum` prints it, whatever noise stands around it.
  static func digest(in text: String) -> String? {
    let words = text.split { $0.isWhitespace }
    return words.first { $0.count == 64 && $0.allSatisfy(\.isHexDigit) }.map(String.init)
  }
}
