internal import Glibc

/// Goes through the user's methods in their order until the server accepts one.
///
/// Runs as a task, not on the session's thread: a person who is asked for a passphrase may take their time.
struct Authenticator {
  let session: Session
  let configuration: SSHConfiguration

  private var who: String { "\(configuration.user)@\(configuration.endpoint)" }

  /// What was accepted, or an error that names what was tried and what the server offers.
  func authenticate() async throws(SSHError) -> String {
    guard let offered = try await session.perform({ loop throws(SSHError) in try loop.offeredMethods() }) else {
      return "none"
    }
    var attempts: [Attempt] = []
    for method in configuration.authentication {
      attempts += try await attempt(method, offered: offered)
      if case .accepted(let name) = attempts.last { return name }
    }
    throw refusal(attempts, offered: offered)
  }

  private func attempt(_ method: SSHAuthentication, offered: [String]) async throws(SSHError) -> [Attempt] {
    if let reason = notOffered(method, offered) { return [.refused(reason)] }
    switch method {
    case .agent(let socket, let files):
      guard let path = socket ?? getenv("SSH_AUTH_SOCK").map({ String(cString: $0) }) else {
        return [
          .failed(
            SSHError(
              .agentUnavailable, "SSH_AUTH_SOCK names no ssh-agent", remedy: "start ssh-agent, and ssh-add a key"))
        ]
      }
      return try await session.perform { loop throws(SSHError) in try loop.authenticate(agent: path, only: files) }
    case .keyFile(let path, let passphrase):
      return [try await attempt(keyFile: path, passphrase)]
    case .password(let ask):
      guard let password = await ask() else {
        return [.failed(SSHError(.authenticationRefused, "no password was given"))]
      }
      return [try await session.perform { loop throws(SSHError) in try loop.authenticate(password: password) }]
    }
  }

  private func attempt(
    keyFile path: String, _ ask: (@Sendable (String) async -> SSHSecret?)?
  ) async throws(SSHError) -> Attempt {
    let file: PrivateKeyFile
    do throws(SSHError) {
      file = try PrivateKeyFile.read(path)
    } catch {
      return .failed(error)
    }
    if let type = file.type, !Algorithms.hostKey.contains(type) {
      return .failed(.unusable(type, "the key in \(path)"))
    }
    var passphrase: SSHSecret?
    if file.isEncrypted {
      passphrase = await ask?(path)
      guard passphrase != nil else {
        return .failed(
          SSHError(
            .passphraseRequired, "the key in \(path) is encrypted, and no passphrase was given",
            remedy: "give its passphrase, or ssh-add it to an ssh-agent"))
      }
    }
    return try await session.perform { [passphrase] loop throws(SSHError) in
      try loop.authenticate(key: file, path: path, passphrase: passphrase)
    }
  }

  /// A method that the server does not offer is not tried: its secrets stay here, and nobody is asked for them.
  private func notOffered(_ method: SSHAuthentication, _ offered: [String]) -> String? {
    switch method {
    case .agent: offered.contains("publickey") ? nil : "agent (keys are not accepted here)"
    case .keyFile(let path, _): offered.contains("publickey") ? nil : "key file \(path) (keys are not accepted here)"
    case .password: offered.contains("password") ? nil : "password (not accepted here)"
    }
  }

  /// If the server refused something, that is the failure; else the first reason why nothing could be asked.
  private func refusal(_ attempts: [Attempt], offered: [String]) -> SSHError {
    var tried: [String] = []
    var failures: [SSHError] = []
    for case .refused(let name) in attempts { tried.append(name) }
    for case .failed(let error) in attempts { failures.append(error) }
    let others = failures.map(\.message)
    if tried.isEmpty, let first = failures.first {
      let rest = others.dropFirst()
      return SSHError(
        first.code, "\(who): \(first.message)" + (rest.isEmpty ? "" : " (also: \(rest.joined(separator: "; ")))"),
        remedy: first.remedy, underlying: first.underlying)
    }
    let list = tried.isEmpty ? "nothing" : tried.joined(separator: ", ")
    return SSHError(
      .authenticationRefused,
      "\(who) was refused: the server offers \(offered.joined(separator: ", ")); tried \(list)"
        + (others.isEmpty ? "" : " (also: \(others.joined(separator: "; ")))"),
      remedy: "is the public key in that user's authorized_keys, and the user's name right?")
  }
}
