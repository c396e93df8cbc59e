internal import ParallaxSSH
internal import Testing

@Suite("What a server says in the clear")
struct ServerProposalTests {
  private static func transcript(_ lists: [String], before: String = "SSH-2.0-Test\r\n") -> [UInt8] {
    func uint32(_ value: Int) -> [UInt8] { [0, 0, UInt8(value >> 8), UInt8(value & 0xFF)] }
    var payload: [UInt8] = [20] + [UInt8](repeating: 7, count: 16)
    for list in lists { payload += uint32(list.utf8.count) + Array(list.utf8) }
    payload += [0, 0, 0, 0, 0]
    return Array(before.utf8) + uint32(payload.count + 5) + [4] + payload + [0, 0, 0, 0]
  }

  private static let lists = ["kex1,kex2", "rsa-sha2-512,rsa-sha2-256", "c1", "c2", "m1", "m2", "none", "none", "", ""]

  @Test("the lists are read, behind any lines that come first")
  func lists() throws {
    let before = "Welcome\r\nto this host\r\nSSH-2.0-Test\r\n"
    let proposal = try #require(ServerProposal(transcript: Self.transcript(Self.lists, before: before)))
    #expect(proposal.keyExchange == ["kex1", "kex2"])
    #expect(proposal.hostKey == ["rsa-sha2-512", "rsa-sha2-256"])
    #expect(proposal.cipher == ["c1"])
    #expect(proposal.mac == ["m1"])
    #expect(proposal.offersOnlyRSA)
  }

  @Test(
    "only RSA, or not",
    arguments: [("ssh-rsa", true), ("ssh-rsa,ssh-dss", true), ("ssh-ed25519,ssh-rsa", false), ("", false)])
  func onlyRSA(list: String, expected: Bool) throws {
    let proposal = try #require(ServerProposal(transcript: Self.transcript(["k", list, "c", "c", "m", "m"])))
    #expect(proposal.offersOnlyRSA == expected)
  }

  @Test("a transcript cut off anywhere is no proposal, and no crash")
  func truncated() {
    let whole = Self.transcript(Self.lists)
    for length in 0..<whole.count { #expect(ServerProposal(transcript: Array(whole.prefix(length))) == nil) }
  }

  @Test("lengths that lie are no proposal")
  func lies() {
    #expect(ServerProposal(transcript: Array("SSH-2.0-x\n".utf8) + [0xFF, 0xFF, 0xFF, 0xFF, 4, 20]) == nil)
    var bytes = Self.transcript(Self.lists)
    let firstList = "SSH-2.0-Test\r\n".utf8.count + 4 + 1 + 1 + 16
    bytes[firstList] = 0x7F
    #expect(ServerProposal(transcript: bytes) == nil)
  }

  @Test("the first line is told only if it is text")
  func firstLine() {
    #expect(ServerProposal.firstLine(of: Array("HTTP/1.1 400\r\nx".utf8)) == "HTTP/1.1 400")
    #expect(ServerProposal.firstLine(of: Array("\u{1B}[2J\n".utf8)) == nil)
    #expect(ServerProposal.firstLine(of: []) == nil)
    #expect(ServerProposal.firstLine(of: [UInt8](repeating: 65, count: 5000))?.count == 80)
  }
}
