internal import ParallaxModel
internal import ParallaxSSH

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

  let agents: AgentCatalogue
  /// Where the user wants it on the host, relative to the home directory or absolute; nil for the user's cache.
  var directory: String?
  /// Seconds for all of it.
  let deadline: Double
  /// Seconds for each short command.
  private static let commandDeadline = 15.0

  private var commandDeadline: Double { min(deadline, Self.commandDeadline) }

  /// Errors: `deployFailed`, naming what the host or the transfer lacked.
  func deploy(to host: String, over connection: any HostConnection) async throws -> Outcome {
    try await withDeadline(deadline, "\(host): the deployment") {
      let facts = try await HostFacts.ask(
        host, over: connection, directory: directory, digests: agents.digests, sweeping: true,
        deadline: commandDeadline)
      let agent = try agents.agent(for: facts, host: host)
      let path = "\(facts.directory)/\(AgentBinary.fileName(digest: agent.digest))"
      if facts.present.contains(agent.digest) {
        return Outcome(facts: facts, path: path, transferred: false, bytesSent: 0)
      }
      let codec = AgentCodec.common(with: facts.codecs)
      let bytes = try await agent.packed.bytes(codec)
      try await upload(bytes, packedBy: codec, of: agent, to: path, in: facts.directory, host: host, over: connection)
      return Outcome(facts: facts, path: path, transferred: true, bytesSent: bytes.count)
    } onTimeout: {
      await connection.close()
    }
  }

  /// The upload goes to a name of its own and is renamed only after the far side has hashed it and seen it start: a cut
  /// transfer or a second controller can never leave a half agent under the name that is run.
  private func upload(
    _ bytes: [UInt8], packedBy codec: AgentCodec, of agent: AgentBinary, to path: String, in directory: String,
    host: String, over connection: any HostConnection
  ) async throws {
    let command = """
      sh -c '\(HostQuestion.hash); d="\(directory)"; umask 077; \
      if [ -d "$d" ]; then chmod 700 "$d"; else mkdir -p -m 700 "$d"; fi && t="\(path).$$.$(uname -n)" && \
      trap "rm -f \\"$t\\"" EXIT HUP TERM INT && \(codec.unpack) > "$t" && s=$(h "$t") && echo "$s" && \
      test "${s%% *}" = \(agent.digest) && chmod 700 "$t" && { "$t" --version >/dev/null || { \
      echo parallax-does-not-run; exit 1; }; } && mv -f "$t" "\(path)" && trap - EXIT'
      """
    let result = try await connection.run(command, input: .bytes(bytes), deadline: deadline)
    guard result.status != 0 else { return }
    let arrived = Self.digest(in: result.text)
    let said = result.complaint.isEmpty ? "" : " (\(result.complaint))"
    let what: String
    let remedy: String
    if result.text.contains("parallax-does-not-run") {
      what = "the agent does not run in \(directory) on \(host)\(said): is that file system mounted noexec?"
      remedy = "name another folder with agent_directory in the inventory"
    } else if let arrived, arrived != agent.digest {
      what = "the agent arrived damaged on \(host) (\(arrived.prefix(12)), expected \(agent.digest.prefix(12)))"
      remedy = "try again; if it stays, the link to this host changes data, or the agent here was just rebuilt"
    } else {
      what = "the agent could not be put on \(host)\(said.isEmpty ? " (status \(result.status))" : said)"
      remedy = "check space and permissions of \(directory) on the host"
    }
    throw ParallaxError(.deployFailed, what, remedy: remedy)
  }

  /// Removes every agent of this user from the host, and what crashed runs have left.
  func remove(from host: String, over connection: any HostConnection) async throws -> HostFacts {
    let facts = try await HostFacts.ask(
      host, over: connection, directory: directory, sweeping: true, deadline: commandDeadline)
    let command = "sh -c 'rm -f \"\(facts.directory)\"/agent-* && rmdir \"\(facts.directory)\" 2>/dev/null || true'"
    _ = try await connection.run(command, deadline: commandDeadline)
    return facts
  }

  /// The first word of 64 hexadecimal digits, as `sha256sum` and `openssl dgst -r` print it, whatever noise stands around it.
  static func digest(in text: String) -> String? {
    let words = text.split { $0.isWhitespace }
    return words.first { $0.count == 64 && $0.allSatisfy(\.isHexDigit) }.map(String.init)
  }
}
