internal import ParallaxConfig
internal import ParallaxModel
internal import Testing

@Suite struct SSHRouteTests {
  private func ways(_ config: String, to host: String = "h") throws -> [String] {
    let route = try SSHConfigFixture(config).route(InventoryHost(name: host, address: host))
    return (route.hops + [route.host]).map { "\($0.user.value)@\($0.address.value):\($0.port.value)" }
  }

  @Test func hopsHaveTheirOwnConfiguration() throws {
    let ways = try ways(
      """
      Host h
        ProxyJump admin@one:2201,two,ssh://three:2203/
      Host one
        HostName 10.0.0.1
        User ignored
      Host two
        HostName 10.0.0.2
        User second
        ProxyJump nowhere
      """)
    #expect(ways == ["admin@10.0.0.1:2201", "second@10.0.0.2:22", "me@three:2203", "me@h:22"])
  }

  @Test func theFirstHopMayHaveHopsItself() throws {
    let config = "Host h\n ProxyJump b\nHost b\n ProxyJump [2001:db8::1]:2200\n"
    #expect(try ways(config) == ["me@2001:db8::1:2200", "me@b:22", "me@h:22"])
  }

  @Test func theFirstOfProxyJumpAndProxyCommandCounts() throws {
    #expect(try ways("ProxyJump none\nProxyCommand nc %h %p\n") == ["me@h:22"])
    #expect(try ways("Host h\n ProxyCommand none\nHost *\n ProxyJump j\n") == ["me@h:22"])
    let route = try SSHConfigFixture("ProxyCommand nc %h %p\nProxyJump j\n").route(
      InventoryHost(name: "h", address: "h"))
    let error = try #require(throws: ParallaxError.self) { try route.requireUsable() }
    #expect(error.message.contains("ProxyCommand") && error.remedy?.contains("openssh") == true)
    #expect(error.location?.line == 1)
  }

  @Test func circlesAreRefused() throws {
    for config in ["ProxyJump j\n", "Host h\n ProxyJump j\nHost j\n ProxyJump k\nHost k\n ProxyJump j\n"] {
      let error = try #require(throws: ParallaxError.self) { try ways(config) }
      #expect(error.message.contains("again"), "\(error)")
    }
  }

  @Test func theInventoryMayNameTheHops() throws {
    let text = "hosts: { h: { address: 10.0.0.9, proxy_jump: \"b@bastion:2222\" } }"
    let host = try #require(try InventoryFile.parse(text: text, file: "hosts.yaml").hosts.first)
    let route = try SSHConfigFixture("Host bastion\n HostName 10.0.0.1\n IdentityFile /b\n").route(host)
    #expect(route.hops.map(\.address.value) == ["10.0.0.1"])
    #expect(route.hops.first?.identityFiles.map(\.value) == ["/b"])
    #expect(route.host.jumps.origin == .inventory(ParallaxError.Location(file: "hosts.yaml", line: 1, column: 46)))
    #expect(try inventoryError("hosts: { h: { proxy_jump: \"a b\" } }").message.contains("no list"))
  }
}
