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

  let agents: AgentCatalogue
  /// Where the user wants it on the host, relative to the home directory or absolute; nil for the user's cache.
  var directory: String?
  /// Seconds for all of it.
  let deadline: Double
  /// Seconds for each short command.
  private static let commandDeadline = 15.0
  /// Bytes of noise and answer that are read.
  private static let answerLimit = 1 << 20

  private var commandDeadline: Double { min(deadline, Self.commandDeadline) }

  /// Errors: `deployFailed`, naming what the host or the transfer lacked.
  func deploy(to host: String, over connection: any HostConnection) async throws -> Outcome {
    try await withDeadline(deadline, "\(host): the deployment") {
      let agents = try await agents.agents()
      let command = try HostQuestion.command(directory: directory, sweeping: true, digests: agents.digests)
      let stream = try await connection.start(command)
      do {
        let outcome = try await deploy(agents, to: host, through: stream)
        await stream.close()
        return outcome
      } catch {
        await stream.close()
        throw error
      }
    } onTimeout: {
      await connection.close()
    }
  }

  /// One conversation: what the host is and has, and then, where it is needed, the agent.
  private func deploy(
    _ agents: AgentCatalogue.Agents, to host: String, through stream: any CommandStream
  ) async throws -> Outcome {
    let answer = try await withDeadline(commandDeadline, "\(host): the question what it is") {
      try await Self.answer(stream)
    } onTimeout: {
      await stream.close()
    }
    let facts = try HostFacts(parsing: answer, host: host)
    let agent = try agents.agent(for: facts, host: host)
    let path = "\(facts.directory)/\(AgentBinary.fileName(digest: agent.digest))"
    if facts.present.contains(agent.digest) {
      return Outcome(facts: facts, path: path, transferred: false, bytesSent: 0)
    }
    let codec = AgentCodec.common(with: facts.codecs)
    let bytes = try await agent.packed.bytes(codec)
    try await upload(bytes, packedBy: codec, of: agent, host: host, directory: facts.directory, through: stream)
    return Outcome(facts: facts, path: path, transferred: true, bytesSent: bytes.count)
  }

  /// All that comes up to the end of the answer, or of the command.
  private static func answer(_ stream: any CommandStream) async throws -> String {
    var text: [UInt8] = []
    let end = Array("\n\(HostQuestion.end)\n".utf8)
    while let chunk = try await stream.read() {
      text += chunk
      if text.suffix(end.count).elementsEqual(end) { break }
      guard text.count < answerLimit else { break }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private func upload(
    _ bytes: [UInt8], packedBy codec: AgentCodec, of agent: AgentBinary, host: String, directory: String,
    through stream: any CommandStream
  ) async throws {
    // A host that ends in the middle says why by its status.
    try? await stream.write(Array(HostQuestion.order(agent, packedBy: codec).utf8))
    try? await stream.write(bytes)
    stream.finishWriting()
    var output: [UInt8] = []
    while let chunk = try await stream.read(), output.count < Self.answerLimit { output += chunk }
    let status = try await stream.exitStatus()
    guard status != 0 else { return }
    let result = CommandResult(output: output, diagnostics: Array(await stream.diagnostics().utf8), status: status)
    let arrived = Self.digest(in: result.text)
    let said = result.complaint.isEmpty ? "" : " (\(result.complaint))"
    let what: String
    let remedy: String
    if result.text.contains(HostQuestion.doesNotRun) {
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
