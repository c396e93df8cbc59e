internal import CLibSSH2
internal import Glibc

/// What became of one attempt to authenticate.
enum Attempt: Sendable {
  case accepted(by: String)
  /// The server said no.
  case refused(String)
  /// It did not come to asking the server.
  case failed(SSHError)
}

/// The session thread's part of authentication: one attempt each, under the deadline for a method.
extension SessionLoop {
  private var phase: Phase {
    Phase(
      name: "authentication", limit: ContinuousClock.now + configuration.timeouts.authentication,
      timedOut: .authenticationTimeout, ended: .authenticationRefused)
  }

  private var user: (name: String, length: Int) { (configuration.user, configuration.user.utf8.count) }

  /// The methods that the server offers, asked by the method `none`; nil if that already let us in.
  func offeredMethods() throws(SSHError) -> [String]? {
    var list: UnsafeMutablePointer<CChar>?
    let status = try drive(phase) {
      list = libssh2_userauth_list(handle, user.name, UInt32(user.length))
      return list == nil ? libssh2_session_last_errno(handle) : 0
    }
    if let list { return String(cString: list).split(separator: ",").map(String.init) }
    if libssh2_userauth_authenticated(handle) == 1 { return nil }
    throw SSHError(
      .authenticationRefused, "\(configuration.endpoint): \(transport.endingReason ?? lastError.message)",
      underlying: status)
  }

  func authenticate(key file: PrivateKeyFile, path: String, passphrase: SSHSecret?) throws(SSHError) -> Attempt {
    let status = try drive(phase) {
      file.contents.withCString { contents in
        // Two distinct functions of libssh2 parse the key here: one for its public half, one to sign.
        func call(_ passphrase: UnsafePointer<CChar>?) -> Int32 {
          libssh2_userauth_publickey_frommemory(
            handle, user.name, user.length, nil, 0, contents, file.contents.count, passphrase)
        }
        return passphrase?.withCString(call) ?? call(nil)
      }
    }
    switch status {
    case 0: return .accepted(by: "key file \(path)")
    case LIBSSH2_ERROR_FILE, LIBSSH2_ERROR_KEYFILE_AUTH_FAILED:
      return .failed(
        file.isEncrypted
          ? SSHError(.passphraseWrong, "the passphrase does not open \(path)", underlying: status)
          : SSHError(.keyUnreadable, "libssh2 cannot read the key in \(path): \(lastError.message)", underlying: status)
      )
    default: return try refusal("key file \(path)", status)
    }
  }

  func authenticate(password: SSHSecret) throws(SSHError) -> Attempt {
    let status = try drive(phase) {
      password.withCString {
        libssh2_userauth_password_ex(handle, user.name, UInt32(user.length), $0, UInt32(password.count), nil)
      }
    }
    if status == LIBSSH2_ERROR_PASSWORD_EXPIRED { return .refused("password (it has expired)") }
    return status == 0 ? .accepted(by: "password") : try refusal("password", status)
  }

  /// Every identity of the agent that libssh2 can use, until one is accepted.
  func authenticate(agent path: String, only files: [String]? = nil) throws(SSHError) -> [Attempt] {
    let phase = phase
    let agent: AgentClient
    let identities: [AgentClient.Identity]
    do throws(SSHError) {
      agent = try AgentClient(path: path, session: session, until: phase.limit)
      identities = try agent.identities()
    } catch {
      try session.throwIfStopped()
      return [.failed(error)]
    }
    if identities.isEmpty {
      return [.failed(SSHError(.agentUnavailable, "the ssh-agent at \(path) holds no key", remedy: "ssh-add a key"))]
    }
    let wanted = files.map { $0.compactMap(PublicKeyFile.blob) }
    var attempts: [Attempt] = []
    for identity in identities where wanted?.contains(identity.blob) ?? true {
      attempts.append(try attempt(identity, of: agent, phase))
      if case .accepted = attempts.last { break }
    }
    return attempts
  }

  private func attempt(
    _ identity: AgentClient.Identity, of agent: AgentClient, _ phase: Phase
  ) throws(SSHError) -> Attempt {
    let name = "agent key \(identity.comment)"
    guard Algorithms.hostKey.contains(identity.type) else { return .failed(.unusable(identity.type, name)) }
    let signer = AgentSigner(agent: agent, identity: identity)
    var abstract: UnsafeMutableRawPointer? = Unmanaged.passUnretained(signer).toOpaque()
    let status = try withUnsafeMutablePointer(to: &abstract) { abstract throws(SSHError) in
      try drive(phase) {
        libssh2_userauth_publickey(
          handle, user.name, identity.blob, identity.blob.count, AgentSigner.callback, abstract)
      }
    }
    withExtendedLifetime(signer) {}
    if let failure = signer.failure {
      try session.throwIfStopped()
      return .failed(failure)
    }
    return status == 0 ? .accepted(by: name) : try refusal(name, status)
  }

  private func refusal(_ name: String, _ status: Int32) throws(SSHError) -> Attempt {
    if let reason = transport.endingReason {
      throw SSHError(.authenticationRefused, "\(configuration.endpoint): \(reason) (after \(name))", underlying: status)
    }
    return .refused(name)
  }
}

extension SSHError {
  /// A key of a type that libssh2 cannot use for `name`.
  static func unusable(_ type: String, _ name: String) -> SSHError {
    Algorithms.isRSA(type)
      ? SSHError(
        .rsaKey, "\(name) is an RSA key, which libssh2 can sign with SHA-1 only, and servers no longer accept that",
        remedy: "use an ed25519 or ECDSA key (ssh-keygen -t ed25519), or transport: openssh")
      : SSHError(
        .keyUnreadable, "\(name) is of type \(type), which libssh2 cannot use",
        remedy: "use an ed25519 or ECDSA key (ssh-keygen -t ed25519), or transport: openssh")
  }
}

/// Lets the agent sign what libssh2 wants signed.
private final class AgentSigner {
  let agent: AgentClient
  let identity: AgentClient.Identity
  var failure: SSHError?

  init(agent: AgentClient, identity: AgentClient.Identity) {
    self.agent = agent
    self.identity = identity
  }

  typealias Callback =
    @convention(c) (
      OpaquePointer?, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, UnsafeMutablePointer<Int>?,
      UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Int32

  static let callback: Callback = { _, signature, length, data, dataLength, abstract in
    let signer = Unmanaged<AgentSigner>.fromOpaque(abstract!.pointee!).takeUnretainedValue()
    do throws(SSHError) {
      let bytes = try signer.agent.sign(UnsafeRawBufferPointer(start: data, count: dataLength), with: signer.identity)
      // libssh2 frees it with its own allocator, which is the C library's.
      let copy = malloc(bytes.count)!.assumingMemoryBound(to: UInt8.self)
      copy.initialize(from: bytes, count: bytes.count)
      signature!.pointee = copy
      length!.pointee = bytes.count
      return 0
    } catch {
      signer.failure = error
      return -1
    }
  }
}
