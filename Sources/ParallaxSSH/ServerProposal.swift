/// What a server said in the clear before keys were exchanged: its identification and its lists of algorithms
/// (RFC 4253 sections 4.2 and 7.1). libssh2 tells only that there was no match; this tells why.
package struct ServerProposal: Equatable {
  package var keyExchange: [String]
  package var hostKey: [String]
  /// From client to server; servers offer the same in the other direction.
  package var cipher: [String]
  package var mac: [String]

  private static let kexInit: UInt8 = 20

  /// Nil if the bytes do not hold an identification line and a whole first packet.
  package init?(transcript: [UInt8]) {
    var rest = transcript[...]
    while true {
      guard let newline = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      let line = rest[..<newline]
      rest = rest[(newline + 1)...]
      if line.starts(with: "SSH-".utf8) { break }
    }
    var packet = WireReader(rest)
    guard let length = packet.uint32(), length <= 0x1_0000, let body = packet.bytes(Int(length)) else { return nil }
    var reader = WireReader(body)
    // Behind the length of the padding and the message's number come 16 bytes that only make it unique.
    guard reader.byte() != nil, reader.byte() == Self.kexInit, reader.bytes(16) != nil,
      let keyExchange = reader.nameList(), let hostKey = reader.nameList(),
      let cipher = reader.nameList(), reader.nameList() != nil, let mac = reader.nameList()
    else { return nil }
    self.keyExchange = keyExchange
    self.hostKey = hostKey
    self.cipher = cipher
    self.mac = mac
  }

  /// Nothing but RSA, DSA and what belongs to them.
  package var offersOnlyRSA: Bool {
    hostKey.contains(where: Algorithms.isRSA)
      && hostKey.allSatisfy { Algorithms.isRSA($0) || $0.hasPrefix("ssh-dss") }
  }

  /// The first line that is text, for telling the user what answers in the place of an SSH server.
  package static func firstLine(of transcript: [UInt8]) -> String? {
    let line = transcript.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }.prefix(80)
    guard !line.isEmpty, line.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return nil }
    return String(decoding: line, as: UTF8.self)
  }
}
