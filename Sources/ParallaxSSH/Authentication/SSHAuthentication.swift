/// One way to prove who the user is.
public enum SSHAuthentication: Sendable {
  /// Every identity of an ssh-agent, except RSA ones. Without a path, the socket that `SSH_AUTH_SOCK` names.
  ///
  /// - Parameter only: private key files, or their public halves: no identity but theirs is offered. Nil for all.
  case agent(socket: String? = nil, only: [String]? = nil)
  /// A private key in OpenSSH or PEM format. `passphrase` is asked only if the key is encrypted, with the key's path;
  /// answering nil declines.
  case keyFile(path: String, passphrase: (@Sendable (String) async -> SSHSecret?)? = nil)
  /// A password, asked for when its turn comes; answering nil declines.
  case password(@Sendable () async -> SSHSecret?)
}
