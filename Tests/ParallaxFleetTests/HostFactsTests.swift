internal import ParallaxFleet
internal import ParallaxModel
internal import Testing

@Suite struct HostFactsTests {
  static func answer(_ changes: [String: String] = [:]) -> String {
    var values = [
      "system": "Linux", "architecture": "x86_64", "glibc": "glibc 2.36", "directory": "/home/p/.cache/parallax",
      "egress": "10.77.0.11", "connection": "10.77.0.1 50000 10.77.0.11 22", "free": "1000000",
    ]
    values.merge(changes) { $1 }
    return "motd: welcome = here\nparallax-facts\n" + values.map { "\($0)=\($1)\n" }.joined() + "parallax-end\n"
  }

  @Test func readsWhatAHostSays() throws {
    let facts = try HostFacts(parsing: Self.answer(), host: "v1")
    #expect(facts.architecture == "x86_64")
    #expect(facts.glibc == GlibcVersion(major: 2, minor: 36))
    #expect(facts.directory == "/home/p/.cache/parallax")
    #expect(facts.egress == "10.77.0.11")
    #expect(facts.freeKiB == 1_000_000)
  }

  @Test func fallsBackToTheAddressThatWasContacted() throws {
    let facts = try HostFacts(parsing: Self.answer(["egress": "", "connection": "1.2.3.4 5 9.8.7.6 22"]), host: "v1")
    #expect(facts.egress == "9.8.7.6")
  }

  @Test(arguments: ["", "This account is not available.\n", "parallax-facts\nsystem=Linux\n"])
  func refusesWhatIsNoShell(text: String) {
    #expect(throws: ParallaxError.self) { try HostFacts(parsing: text, host: "v1") }
  }

  @Test func refusesAFolderThatCouldEscapeQuoting() {
    #expect(throws: ParallaxError.self) {
      try HostFacts(parsing: Self.answer(["directory": "/home/o'neil/.cache"]), host: "v1")
    }
  }

  @Test(arguments: [
    (["architecture": "aarch64"], ["aarch64", "x86_64"]), (["glibc": "glibc 2.28"], ["2.28", "2.35"]),
    (["glibc": ""], ["2.35"]), (["system": "FreeBSD"], ["FreeBSD"]), (["free": "100"], ["100 KiB"]),
  ])
  func namesBothSidesOfAMismatch(changes: [String: String], mentioned: [String]) throws {
    let agent = AgentBinary(
      path: "a", size: 15_000_000, digest: String(repeating: "0", count: 64), architecture: "x86_64",
      glibc: GlibcVersion(major: 2, minor: 35))
    let facts = try HostFacts(parsing: Self.answer(changes), host: "v1")
    let error = #expect(throws: ParallaxError.self) { try facts.check(agent, host: "v1") }
    for word in mentioned { #expect(error?.message.contains(word) == true, "\(word) in \(error?.message ?? "")") }
  }
}

@Suite struct GlibcVersionTests {
  @Test func readsTheWaysItIsPrinted() {
    #expect(GlibcVersion("glibc 2.36") == GlibcVersion(major: 2, minor: 36))
    #expect(GlibcVersion("2.2.5") == GlibcVersion(major: 2, minor: 2))
    #expect(GlibcVersion("") == nil)
    #expect(GlibcVersion("musl") == nil)
  }

  @Test func findsTheNewestThatABinaryNeeds() {
    let binary = [UInt8]("\u{0}GLIBC_2.2.5\u{0}GLIBC_2.34\u{0}GLIBC_2.9\u{0}GLIBC_PRIVATE\u{0}".utf8)
    #expect(GlibcVersion.newestNeeded(by: binary[...]) == GlibcVersion(major: 2, minor: 34))
    #expect(GlibcVersion.newestNeeded(by: [1, 2, 3]) == nil)
  }
}
