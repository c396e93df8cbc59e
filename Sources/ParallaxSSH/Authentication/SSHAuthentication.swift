/// One way to prove who the user is.
public enum SSHAuthentication: Sendable {
  /// Every identity of an ssh-agent, except RSA ones. Without a path, the socket that `SSH_AUTH_SOCK` names.
  case agent(socket: String? = nil)
  /// A private key in OpenSSH or PEM format. `passphrase` is asked only if the key is encrypted, with the key's path;
  /// answering nil declines.
  case keyFile(path: String, passphrase: (@Sendable (String) async -> SSHSecret?)? = nil)
  /// A password, asked for when its turn comes; answering nil declines.
  case password(@Sendable () async -> SSHSecret?)
}
