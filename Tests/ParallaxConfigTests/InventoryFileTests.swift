internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel
internal import Testing

@Suite struct InventoryFileTests {
  @Test func readsHostsWithTheirDefaults() throws {
    let inventory = try InventoryFile.parse(
      text: """
        defaults: { user: probe, identity_file: keys/id, known_hosts: [/etc/kh, ~/kh], port: 2200 }
        hosts:
          fra1: { address: 203.0.113.10, port: 22 }
          nyc1: { address: "[2001:db8::7]", source_addresses: [198.51.100.7, "2001:db8::8"], user: root }
          here: { transport: local, source_addresses: 127.0.0.11, agent_directory: ~/.cache/parallax }
          old1: { transport: openssh, address: old1.example, identity_file: [/k1, /k2] }
          pod1: { transport: command, command: [kubectl, exec, -i, pod1, --, "{agent}"], password_env: PW }
          bare:
        """, file: "/etc/hosts.yaml")
    #expect(inventory.hosts.map(\.name) == ["fra1", "nyc1", "here", "old1", "pod1", "bare"])
    let fra1 = try #require(inventory.host(named: "fra1"))
    #expect(fra1.address == "203.0.113.10")
    #expect(fra1.port == 22)
    #expect(fra1.user == "probe")
    #expect(fra1.identityFiles == ["/etc/keys/id"])
    #expect(fra1.knownHostsFiles.first == "/etc/kh")
    #expect(fra1.knownHostsFiles.last?.hasPrefix("/") == true)
    #expect(fra1.transport == .ssh)
    let nyc1 = try #require(inventory.host(named: "nyc1"))
    #expect(nyc1.address == "2001:db8::7")
    #expect(nyc1.port == 2200)
    #expect(nyc1.user == "root")
    #expect(inventory.host(named: "here")?.transport == .local)
    #expect(inventory.host(named: "here")?.agentDirectory == "~/.cache/parallax")
    #expect(inventory.host(named: "old1")?.transport == .openssh)
    #expect(inventory.host(named: "old1")?.identityFiles == ["/k1", "/k2"])
    #expect(
      inventory.host(named: "pod1")?.transport == .command(["kubectl", "exec", "-i", "pod1", "--", "{agent}"]))
    #expect(inventory.host(named: "pod1")?.passwordEnvironment == "PW")
    #expect(inventory.host(named: "bare")?.address == "bare")
    #expect(
      inventory.vantages.map(\.name)
        == ["fra1", "nyc1/198.51.100.7", "nyc1/2001:db8::8", "here/127.0.0.11", "old1", "pod1", "bare"])
  }

  @Test func readsDeadlinesOfAHostAndOfAll() throws {
    let inventory = try InventoryFile.parse(
      text: """
        defaults: { connect_timeout: 5, deploy_timeout: 2m }
        hosts:
          a: { connect_timeout: 1500ms, start_timeout: 1m30s }
          b:
        """, file: "hosts.yaml")
    let (a, b) = (inventory.hosts[0], inventory.hosts[1])
    #expect(a.deadlines == [.connect: 1.5, .deploy: 120, .start: 90])
    #expect(a.origins["connect_timeout"]?.line == 3 && a.origins["deploy_timeout"]?.line == 1)
    #expect(b.deadlines == [.connect: 5, .deploy: 120])
  }

  @Test(arguments: ["0", "-1", "soon", "40d", "[1]", "''"]) func refusesDeadlinesThatAreNone(text: String) {
    for field in ["connect_timeout", "auth_timeout", "deploy_timeout", "start_timeout"] {
      let error = #expect(throws: ParallaxError.self) {
        try InventoryFile.parse(text: "hosts:\n  a:\n    \(field): \(text)\n", file: "hosts.yaml")
      }
      #expect(error?.code == .inventoryInvalid && error?.location?.line == 3, "\(String(describing: error))")
    }
  }

  @Test func readsAnAnsibleInventoryAsItIs() throws {
    let inventory = try InventoryFile.parse(
      text: """
        all:
          hosts:
            mail.example.com:
            fra1: { ansible_host: 203.0.113.10, ansible_port: 2222, http_port: 80 }
          vars: { ansible_user: probe, ansible_ssh_private_key_file: ~/.ssh/lab }
          children:
            webservers:
              hosts:
                web[08:10].example.com:
              vars: { ansible_user: web, source_addresses: [10.0.0.1] }
            control:
              hosts:
                here: { ansible_connection: local, ansible_ssh_common_args: "-J bastion" }
                fra1: { ansible_port: "22" }
        """, file: "hosts.yaml")
    #expect(
      inventory.hosts.map(\.name)
        == [
          "mail.example.com", "fra1", "web08.example.com", "web09.example.com", "web10.example.com", "here",
        ])
    let fra1 = try #require(inventory.host(named: "fra1"))
    #expect(fra1.address == "203.0.113.10")
    #expect(fra1.port == 22)
    #expect(fra1.user == "probe")
    #expect(fra1.identityFiles.first?.hasSuffix("/.ssh/lab") == true)
    #expect(inventory.host(named: "web09.example.com")?.user == "web")
    #expect(inventory.host(named: "web09.example.com")?.sourceAddresses == ["10.0.0.1"])
    #expect(inventory.host(named: "here")?.transport == .local)
    #expect(inventory.notes.count == 1)
  }

  @Test func readsAnsibleGroupsWithoutAll() throws {
    let text = "web:\n  hosts:\n    w1: { ansible_host: 10.0.0.1 }\ndb:\n  hosts:\n    d1:\n"
    #expect(try InventoryFile.parse(text: text, file: "h").hosts.map(\.address) == ["10.0.0.1", "d1"])
  }

  @Test(
    arguments: [
      ("hosts: {}", "no hosts", nil),
      ("{}", "`hosts` is missing", "name at least one host"),
      ("hosts:\n  a: { address: x }\n  a: { address: y }", "`a` stands more than once", "name of its own"),
      ("hosts: { a: { adress: x } }", "unknown key `adress`", "`address`"),
      ("hosts: { a: { port: 0 } }", "between 1 and 65535", nil),
      ("hosts: { a: { port: ssh } }", "whole number", nil),
      ("hosts: { a: { address: \"a b\" } }", "neither a host name nor an IP", nil),
      ("hosts: { a: { address: 300.1.2.3 } }", "neither a host name nor an IP", nil),
      ("hosts: { a: { address: \"10.0.0.1:22\" } }", "neither a host name nor an IP", "`port`"),
      ("hosts: { a: { address: -oProxyCommand=x } }", "neither a host name nor an IP", nil),
      ("hosts: { a: { source_addresses: [host.example] } }", "is not an IP address", nil),
      ("hosts: { a: { source_addresses: [10.0.0.1, 10.0.0.1] } }", "stands twice", nil),
      ("hosts: { a: { transport: opensh } }", "unknown transport", "did you mean `openssh`?"),
      ("hosts: { a: { transport: command } }", "no command", "kubectl"),
      ("hosts: { a: { transport: ssh, command: [x] } }", "needs `transport: command`", nil),
      ("hosts: { a: { command: [] } }", "is empty", nil),
      ("hosts: { a: { agent_directory: \"/tmp/$(id)\" } }", "letters, digits", nil),
      ("hosts: { a: { password: canary } }", "secrets never stand", "password_env"),
      ("hosts: { \"a/b\": {} }", "the name of a host", nil),
      ("defaults: { address: x }\nhosts: { a: {} }", "unknown key `address`", nil),
      ("all: { hosts: { a: { ansible_host: \"{{ ip }}\" } } }", "Jinja", nil),
      ("all: { hosts: { a: { ansible_connection: winrm } } }", "neither ssh nor local", nil),
      ("all: { hosts: { \"a[5:2]\": } }", "not a range", nil),
    ] as [(String, String, String?)])
  func isRefused(text: String, says: String, remedy: String?) throws {
    let error = try inventoryError(text)
    #expect(error.code == .inventoryInvalid)
    #expect(error.message.contains(says), "\(error)")
    #expect(error.location?.line != nil)
    #expect(!error.description.contains("canary"))
    if let remedy { #expect(error.remedy?.contains(remedy) == true, "\(error)") }
  }
}
