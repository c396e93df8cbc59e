internal import Glibc

/// User keys made on the spot, once for all tests.
struct TestKeys: Sendable {
  static let passphrase = "correct horse"

  let folder: Folder

  static let shared = Result { try TestKeys() }

  private init() throws {
    folder = try Folder()
    // These keys live as long as the process: nothing else would remove them.
    atexit { try? TestKeys.shared.get().folder.remove() }
    for type in ["ed25519", "ecdsa", "rsa"] { try make(type, type, passphrase: "") }
    try make("ed25519", "encrypted", passphrase: Self.passphrase)
    try make("ecdsa", "encrypted-ecdsa", passphrase: Self.passphrase)
    try make("ecdsa", "pem", passphrase: Self.passphrase, format: ["-m", "PEM"])
    try make("ed25519", "stranger", passphrase: "")
  }

  private func make(_ type: String, _ name: String, passphrase: String, format: [String] = []) throws {
    let path = folder.path + "/" + name
    try Tool.run("/usr/bin/ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", name, "-f", path] + format)
  }

  func path(_ name: String) -> String { folder.path + "/" + name }

  /// The public keys of all but the stranger.
  func authorized() throws -> String {
    try ["ed25519", "ecdsa", "rsa", "encrypted", "encrypted-ecdsa", "pem"].map { try folder.read($0 + ".pub") }.joined()
  }
}
