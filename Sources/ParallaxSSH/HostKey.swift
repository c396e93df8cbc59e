internal import ParallaxDigest

/// A public host key: its wire form (RFC 4253 section 6.6), which begins with the name of its type.
package struct HostKey: Sendable, Equatable {
  package let blob: [UInt8]
  package let type: String

  /// Nil unless the bytes are a type's name and, after it, at least one whole field: every type's key is a row of them.
  package init?(blob: [UInt8]) {
    var reader = WireReader(blob)
    guard let type = reader.text(), !type.isEmpty, !reader.rest.isEmpty else { return nil }
    while !reader.rest.isEmpty {
      guard reader.string() != nil else { return nil }
    }
    self.blob = blob
    self.type = type
  }

  /// As OpenSSH prints it: `SHA256:` and the digest in base 64 without padding.
  package var fingerprint: String { "SHA256:" + Base64.encode(SHA256.digest(of: blob), padded: false) }

  /// As in a known_hosts line: the type, and the blob in base 64.
  package var line: String { "\(type) \(Base64.encode(blob))" }
}
