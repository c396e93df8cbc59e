internal import CLibSSH2
internal import Glibc

extension SessionLoop {
  /// Exchanges keys with pinned algorithms and verifies the host key. Nothing of the user's is sent before that.
  func shakeHands(_ policy: HostKeyPolicy) throws(SSHError) -> HostKey {
    for (method, names) in Algorithms.preferences(hostKeys: policy.algorithms) {
      let status = libssh2_session_method_pref(handle, method, names.joined(separator: ","))
      guard status == 0 else {
        throw SSHError(.noCommonAlgorithm, "this libssh2 knows none of \(names)", underlying: status)
      }
    }
    let phase = Phase(
      name: "the handshake", limit: ContinuousClock.now + configuration.timeouts.handshake,
      timedOut: .handshakeTimeout, ended: .handshakeFailed)
    do throws(SSHError) {
      let status = try drive(phase) { libssh2_session_handshake(handle, transport.descriptor) }
      guard status == 0 else {
        throw SSHError(
          .handshakeFailed, "\(configuration.endpoint): \(transport.endingReason ?? lastError.message)",
          underlying: status)
      }
    } catch {
      throw explain(error, policy)
    }
    defer { transport.transcript = nil }
    var length = 0
    var type: Int32 = 0
    guard let blob = libssh2_session_hostkey(handle, &length, &type),
      let key = HostKey(blob: Array(UnsafeRawBufferPointer(start: blob, count: length)))
    else { throw SSHError(.handshakeFailed, "\(configuration.endpoint) presents no readable host key") }
    try policy.check(key)
    return key
  }

  /// A failed handshake in the terms of what the server said.
  private func explain(_ error: SSHError, _ policy: HostKeyPolicy) -> SSHError {
    let transcript = transport.transcript ?? []
    if error.code == .cancelled || error.code == .closed { return error }
    if let proposal = ServerProposal(transcript: transcript) {
      guard error.code != .handshakeTimeout, var mismatch = policy.mismatch(proposal) else { return error }
      mismatch.underlying = error.underlying
      return mismatch
    }
    var error = error
    if let line = ServerProposal.firstLine(of: transcript), !line.hasPrefix("SSH-") {
      error.message += "; it said \"\(line)\""
      error.remedy = "is this an SSH server's port?"
    } else if error.code == .handshakeTimeout {
      error.remedy = "something accepts connections there, but no SSH server answers"
    } else {
      error.remedy = "the server may be limiting new connections (MaxStartups), or refusing this address"
    }
    return error
  }

  /// What is known of the session before authentication.
  func info(address: String, key: HostKey, times: SSHSessionInfo.Times) -> SSHSessionInfo {
    func method(_ kind: Int32) -> String {
      libssh2_session_methods(handle, kind).map { String(cString: $0) } ?? "?"
    }
    return SSHSessionInfo(
      address: address,
      banner: libssh2_session_banner_get(handle).map { String(cString: $0).filter { !$0.isNewline } } ?? "?",
      hostKeyType: key.type, hostKeyFingerprint: key.fingerprint, keyExchange: method(LIBSSH2_METHOD_KEX),
      cipher: method(LIBSSH2_METHOD_CRYPT_CS), mac: method(LIBSSH2_METHOD_MAC_CS), times: times)
  }
}
