internal import ParallaxSSH
internal import Testing

extension RealServerTests {
  @Suite("Private key files", .needsOpenSSH)
  struct PrivateKeyFileTests {
    @Test(
      "type and encryption are read without the passphrase",
      arguments: [
        ("ed25519", "ssh-ed25519", false), ("ecdsa", "ecdsa-sha2-nistp256", false), ("rsa", "ssh-rsa", false),
        ("encrypted", "ssh-ed25519", true), ("encrypted-ecdsa", "ecdsa-sha2-nistp256", true), ("pem", nil, true),
      ] as [(String, String?, Bool)])
    func openSSH(name: String, type: String?, encrypted: Bool) throws {
      let file = try PrivateKeyFile.read(try TestKeys.shared.get().path(name))
      #expect(file.type == type)
      #expect(file.isEncrypted == encrypted)
    }

    @Test(
      "the other formats",
      arguments: [
        (["-t", "rsa", "-m", "PEM", "-N", ""], "ssh-rsa", false),
        (["-t", "rsa", "-m", "PEM", "-N", "12345"], "ssh-rsa", true),
        (["-t", "rsa", "-m", "PKCS8", "-N", ""], "ssh-rsa", false),
        (["-t", "ecdsa", "-m", "PKCS8", "-N", ""], nil, false),
        (["-t", "ecdsa", "-m", "PKCS8", "-N", "12345"], nil, true),
        (["-t", "ecdsa", "-m", "PEM", "-N", ""], nil, false),
      ] as [([String], String?, Bool)])
    func formats(options: [String], type: String?, encrypted: Bool) throws {
      let folder = try Folder()
      try Tool.run("/usr/bin/ssh-keygen", ["-q", "-f", folder.path + "/key"] + options)
      let file = try PrivateKeyFile.read(folder.path + "/key")
      #expect(file.type == type)
      #expect(file.isEncrypted == encrypted)
    }

    @Test(
      "what is no private key is nil",
      arguments: [
        "", "\n", "-----BEGIN", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA", "-----BEGIN CERTIFICATE-----\nAAAA",
      ])
    func noKey(text: String) {
      #expect(PrivateKeyFile(SSHSecret(Array(text.utf8))) == nil)
    }
  }
}
