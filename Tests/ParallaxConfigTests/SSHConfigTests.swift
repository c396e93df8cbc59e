internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel
internal import Testing

@Suite struct SSHConfigTests {
  @Test func theFirstValueCountsAndSaysWhereItStands() throws {
    let endpoint = try SSHConfigFixture(
      """
      # comment
      Host web
        HostName web.internal
        Port = 2222
      Host w* !wild
        User "some one"   # not part of it
        Port 99
      """
    ).endpoint("web")
    #expect(endpoint.address.value == "web.internal")
    #expect(endpoint.port.value == 2222)
    #expect(endpoint.port.origin == .sshConfig(ParallaxError.Location(file: "/home/u/.ssh/config", line: 4)))
    #expect(endpoint.user.value == "some one")
    #expect(endpoint.skipped.contains { $0.what == "port 99" && $0.reason.contains("earlier") && $0.place.line == 7 })
  }

  @Test func theInventoryComesFirst() throws {
    let fixture = SSHConfigFixture(
      "User config\nPort 1\nIdentityFile /c\nUserKnownHostsFile /k\nProxyJump j\nStrictHostKeyChecking yes\n")
    let place = ParallaxError.Location(file: "hosts.yaml", line: 3)
    let route = try fixture.route(
      InventoryHost(
        name: "h", address: "10.0.0.1", port: 22, user: "probe", identityFiles: ["/id"], knownHostsFiles: ["/kh"],
        proxyJump: "none", hostKeyChecking: .acceptNew, origins: ["port": place, "user": place]))
    #expect(route.hops.isEmpty)
    #expect(route.host.user == Sourced("probe", .inventory(place)))
    #expect(route.host.port == Sourced(22, .inventory(place)))
    #expect(route.host.identityFiles.map(\.value) == ["/id"])
    #expect(route.host.knownHosts.map(\.value) == ["/kh"])
    #expect(route.host.hostKeyChecking.value == .acceptNew)
    #expect(route.host.skipped.count == 6)
  }

  @Test func builtInValuesAreTheUsualOnes() throws {
    let endpoint = try SSHConfigFixture(variables: ["SSH_AUTH_SOCK": "/agent"]).endpoint("h")
    #expect(endpoint.user == Sourced("me", .builtIn))
    #expect(endpoint.port == Sourced(22, .builtIn))
    #expect(endpoint.identityFiles.map(\.value) == ["/home/u/.ssh/id_ed25519", "/home/u/.ssh/id_ecdsa"])
    #expect(endpoint.identityAgent.value == "/agent")
    #expect(endpoint.knownHosts.map(\.value) == ["/home/u/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts"])
    #expect(endpoint.hostKeyChecking == Sourced(.strict, .builtIn))
  }

  @Test func noConfigurationIsReadIfNoneIsWanted() throws {
    let fixture = SSHConfigFixture("User config", files: ["/other": "User other"])
    func user(_ source: InventoryHost.SSHConfigSource) throws -> String {
      try fixture.route(InventoryHost(name: "h", address: "h", sshConfig: source)).host.user.value
    }
    #expect(try user(.usual) == "config")
    #expect(try user(.none) == "me")
    #expect(try user(.file("/other")) == "other")
    #expect(throws: ParallaxError.self) { try user(.file("/missing")) }
  }

  @Test func tokensTildesAndVariablesAreFilled() throws {
    let endpoint = try SSHConfigFixture(
      """
      HostName %h.example
      Port 2022
      IdentityFile ~/.ssh/%r@%h-%p
      IdentityFile %d/${KEY}-%n-%u-%i-%L-%%
      IdentityAgent $SOCK
      UserKnownHostsFile ~/a "/b c" none
      """, variables: ["KEY": "k", "SOCK": "/s"]
    ).endpoint("web")
    #expect(endpoint.address.value == "web.example")
    #expect(
      endpoint.identityFiles.map(\.value) == ["/home/u/.ssh/me@web.example-2022", "/home/u/k-web-me-1000-desk-%"])
    #expect(endpoint.identityAgent.value == "/s")
    #expect(endpoint.knownHosts.prefix(2).map(\.value) == ["/home/u/a", "/b c"])
  }

  @Test(
    arguments: [
      ("Match host web.internal", true), ("Match host web", false), ("Match originalhost web", true),
      ("Match originalhost=web user me", true), ("Match user other", false), ("Match !user other", true),
      ("Match all", true), ("Match host *.internal,!web.*", false), ("Match localuser me", true),
      ("Match exec \"touch /tmp/no\"", false), ("Match !exec false", false), ("Match final all", false),
      ("Match tagged x", false), ("Match host WEB.internal", true), ("Host web.internal", false), ("Host WEB", false),
      ("Host \"web\"", true), ("Host !web *", false), ("Host * !web", false), ("Host we? x", true),
      ("Host w[e]b", false),
    ])
  func matches(line: String, applies: Bool) throws {
    let endpoint = try SSHConfigFixture("HostName web.internal\n\(line)\n  Port 7\n").endpoint("web")
    #expect(endpoint.port.value == (applies ? 7 : 22))
    let isForeign = ["exec", "final", "tagged"].contains { line.contains($0) }
    #expect(endpoint.skipped.contains { $0.what.hasPrefix("Match") } == isForeign)
  }

  @Test func includesFollowTheBlockTheyStandIn() throws {
    let fixture = SSHConfigFixture(
      """
      Include conf.d/*
      Host other
        Include one
      Host web
        Include one missing
      Port 5
      """,
      files: [
        "/home/u/.ssh/conf.d/a": "Host web\n  User a\n", "/home/u/.ssh/conf.d/b": "User b\n",
        "/home/u/.ssh/one": "IdentityFile /one\nHost *\nIdentityFile /two\nHost nothing\n",
      ])
    let endpoint = try fixture.endpoint("web")
    #expect(endpoint.user.value == "a")
    #expect(endpoint.identityFiles.map(\.value) == ["/one", "/two"])
    #expect(endpoint.port.value == 5)
    #expect(endpoint.skipped.contains { $0.what == "Include missing" })
    #expect(try fixture.endpoint("x").identityFiles.map(\.origin) == [.builtIn, .builtIn])
  }

  @Test func includesThatNeverEndAreRefused() throws {
    let error = try SSHConfigFixture("Include config\n").error()
    #expect(error.message.contains("deep"))
    let wide = SSHConfigFixture(
      "Include a a\n",
      files: [
        "/home/u/.ssh/a": String(repeating: "Include b b b b b b b b\n", count: 1000),
        "/home/u/.ssh/b": String(repeating: "User x\n", count: 1000),
      ])
    #expect(try wide.error().message.contains("too many lines"))
  }

  @Test(
    arguments: [
      ("Port ssh", "port `ssh`"), ("Port 70000", "is no number"), ("IdentitiesOnly maybe", "neither yes nor no"),
      ("StrictHostKeyChecking perhaps", "none of yes"), ("User", "has no value"), ("User \"x", "quote"),
      ("IdentityFile ~/%C", "`%C`"), ("IdentityFile ${NO_SUCH}", "${NO_SUCH}"), ("ProxyJump -oX", "no list"),
      ("ConnectTimeout soon", "no time"), ("ProxyJump a:b", "no list"),
    ])
  func mistakesAreNamedWithTheirLine(line: String, says: String) throws {
    let fixture = SSHConfigFixture("\n\(line)\n")
    let error = try fixture.error()
    #expect(error.message.contains(says), "\(error)")
    #expect(error.location?.line == 2)
  }

  @Test func aConfigurationThatOthersCanWriteIsRefused() throws {
    try withDirectory { folder in
      let path = folder + "/config"
      try "User x\n".write(toFile: path, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o664], ofItemAtPath: path)
      let error = try #require(throws: ParallaxError.self) { try SSHConfigFiles.system.read(path, true) }
      #expect(error.message.contains("others can change") && error.remedy?.contains("chmod go-w") == true)
      // One that was named on purpose is read, as by ssh -F.
      #expect(try SSHConfigFiles.system.read(path, false) == "User x\n")
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
      #expect(try SSHConfigFiles.system.read(path, true) == "User x\n")
      #expect(try SSHConfigFiles.system.read(folder + "/missing", true) == nil)
      #expect(throws: ParallaxError.self) { try SSHConfigFiles.system.read(folder, false) }
    }
  }

  @Test(arguments: [
    ("yes", "yes"), ("ask", "yes"), ("accept-new", "accept-new"), ("no", "accept-new"), ("off", "accept-new"),
  ])
  func hostKeyChecking(value: String, means: String) throws {
    let endpoint = try SSHConfigFixture("StrictHostKeyChecking \(value)").endpoint("h")
    #expect(endpoint.hostKeyChecking.value.rawValue == means)
    #expect(endpoint.skipped.isEmpty == !["no", "off"].contains(value))
  }
}
