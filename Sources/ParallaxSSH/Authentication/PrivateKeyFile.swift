/// A private key file, as far as it can be told without its passphrase.
package struct PrivateKeyFile: Sendable {
  let contents: SSHSecret
  /// As in `ssh-ed25519`; nil if the format does not tell.
  package let type: String?
  package let isEncrypted: Bool

  private static let limit = 1 << 16

  package static func read(_ path: String) throws(SSHError) -> PrivateKeyFile {
    do {
      guard let contents = try File.readSecret(path, limit: limit) else {
        throw SSHError(.keyUnreadable, "there is no key file \(path)")
      }
      guard let file = PrivateKeyFile(contents) else {
        throw SSHError(
          .keyUnreadable, "\(path) is not a private key",
          remedy: "name the file without .pub, in OpenSSH or PEM format")
      }
      return file
    } catch let error as File.Failure {
      throw SSHError(.keyUnreadable, "cannot read the key file \(path): \(error.reason)")
    } catch let error as SSHError {
      throw error
    } catch {
      throw SSHError(.keyUnreadable, "cannot read the key file \(path)")
    }
  }

  /// Nil if the bytes are in none of the formats that ssh-keygen and OpenSSL write.
  package init?(_ contents: SSHSecret) {
    self.contents = contents
    guard let header = contents.withBytes(Self.header) else { return nil }
    switch header.label {
    case "OPENSSH PRIVATE KEY":
      guard let key = Self.openSSH(header.beginning) else { return nil }
      (type, isEncrypted) = key
    case "RSA PRIVATE KEY": (type, isEncrypted) = ("ssh-rsa", header.isEncryptedPEM)
    case "DSA PRIVATE KEY": (type, isEncrypted) = ("ssh-dss", header.isEncryptedPEM)
    case "EC PRIVATE KEY": (type, isEncrypted) = (nil, header.isEncryptedPEM)
    case "PRIVATE KEY": (type, isEncrypted) = (Self.containsRSAIdentifier(header.beginning) ? "ssh-rsa" : nil, false)
    case "ENCRYPTED PRIVATE KEY": (type, isEncrypted) = (nil, true)
    default: return nil
    }
  }

  private struct Header {
    var label: String
    var isEncryptedPEM: Bool
    /// The first bytes of the body: those that an OpenSSH key has in the clear, and few of the secret ones.
    var beginning: [UInt8]
  }

  private static func header(_ bytes: UnsafeRawBufferPointer) -> Header? {
    let newline = UInt8(ascii: "\n")
    var lines = bytes.prefix(2048).split(separator: newline).map { line in
      line.filter { $0 != UInt8(ascii: "\r") }
    }[...]
    guard let first = lines.popFirst().map({ String(decoding: $0, as: UTF8.self) }),
      first.hasPrefix("-----BEGIN "), first.hasSuffix("-----")
    else { return nil }
    let isHeader: ([UInt8]) -> Bool = { $0.contains(UInt8(ascii: ":")) }
    let fields = lines.prefix(while: isHeader)
    // Each base 64 letter counts six bits; 128 bytes end before the secret part of an unencrypted ed25519 key.
    let letters = lines.drop(while: isHeader).joined().prefix(172)
    let beginning = Base64.decode(Array(letters.prefix(letters.count / 4 * 4))) ?? []
    return Header(
      label: String(first.dropFirst(11).dropLast(5)),
      isEncryptedPEM: fields.contains { String(decoding: $0, as: UTF8.self).contains("ENCRYPTED") },
      beginning: beginning)
  }

  /// `openssh-key-v1`: cipher, key derivation, its options, number of keys, and the first public key, which names its
  /// type. The public part is never encrypted.
  private static func openSSH(_ beginning: [UInt8]) -> (type: String?, isEncrypted: Bool)? {
    let magic = Array("openssh-key-v1".utf8) + [0]
    guard beginning.starts(with: magic) else { return nil }
    var reader = WireReader(beginning.dropFirst(magic.count))
    guard let cipher = reader.text(), reader.string() != nil, reader.string() != nil, reader.uint32() == 1,
      reader.uint32() != nil, let type = reader.text()
    else { return nil }
    return (type, cipher != "none")
  }

  /// PKCS #8 names the algorithm by its object identifier: 1.2.840.113549.1.1.1 is rsaEncryption (RFC 8017).
  private static func containsRSAIdentifier(_ bytes: [UInt8]) -> Bool {
    let identifier: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
    return bytes.indices.contains { bytes[$0...].starts(with: identifier) }
  }
}
