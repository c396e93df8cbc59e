internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel
internal import Testing

/// What `ssh -G` of the installed OpenSSH says about a configuration is the truth; ours must say the same.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh"), "no OpenSSH client is installed"))
struct SSHConformanceTests {
  static let configurations: [String] = [
    "Host a\n HostName a.example\n Port 2201\n User ua\n IdentityFile ~/.ssh/a\nHost *\n User all\n IdentityFile ~/.ssh/all\n",
    "Host *.example !b.example\n Port 5\nHost b*\n Port=6\n User = \"quoted\"\n",
    "Match host a.example\n Port 7\nHost a\n HostName %h.example\nMatch host a.example\n Port 8\n",
    "Host a\n HostName X.Example\nMatch host x.example\n User matched\nMatch originalhost a\n Port 9\n",
    "User first\nMatch user first\n Port 10\nMatch !user first\n Port 11\nMatch all\n Port 12\n",
    "Host j*\n ProxyJump none\nHost *\n ProxyJump j1,u@j2:2222\n", "Host a j\n ProxyJump none\nHost *\n ProxyJump j\n",
    "Host b.example 2001:db8::1\n ProxyCommand none\nHost *\n ProxyJump u@[2001:db8::1]:22\n",
    "StrictHostKeyChecking accept-new\nUserKnownHostsFile /k1 ~/k2\nGlobalKnownHostsFile none\n",
    "StrictHostKeyChecking no\nHashKnownHosts yes\nIdentitiesOnly yes\n",
    "StrictHostKeyChecking ask\nIdentityAgent none\n",
    "ConnectTimeout 7\nIdentityAgent ~/agent.sock\nHostKeyAlias other\n", "ConnectTimeout 1m\nConnectTimeout 2\n",
    "Host \"a\" 'b.example'\n User 'it\\'s'\n Port 13 # why\n",
    "host A\n port 14\nhost a?example b?example\n PORT 15\n",
    "  \t Host\ta\n\tPort\t16\n\nHost ?\n User one\n", "Include included\nPort 17\n",
    "Host a\n Include included\nHost b.example\n Port 18\n", "Host zzz\n Include included\n", "Include sub/*\n",
    "Match originalhost a,b.example user *\n User both\n",
    "Match originalhost=a\n User eq\nMatch host \"b.example,c\"\n User q\n",
    "Host a\n HostKeyAlgorithms ssh-ed25519\nHost *\n HostKeyAlgorithms ecdsa-sha2-nistp256,ssh-ed25519\n",
    "Match exec false\n Port 19\nHost a\n Port 20\n", "Host !a *\n Port 21\nHost !a\n Port 23\nHost *\n Port 24\n",
    "Host 10.0.0.?\n User v4\nHost 2001:db8::*\n User v6\n", "IdentityFile none\nIdentityFile ~/.ssh/x\n",
    "IdentityFile /one\nIdentityFile /two\nIdentityFile /one\n", "Match localuser root\n User l\n",
    "Host a b.example\nUser none\nMatch host *.example,!b.example\n Port 25\n",
  ]
  static let included: [String: String] = [
    "included": "User inc\nHost b.example\n Port 26\n IdentityFile /inc\n", "sub/1": "Host a\n User s1\n",
    "sub/2": "User s2\nPort 27\n",
  ]
  static let names = ["a", "b.example", "10.0.0.7", "2001:db8::5", "a.example", "A"]

  @Test(arguments: configurations.indices)
  func agreesWithOpenSSH(index: Int) throws {
    // A relative Include counts from the home of the passwd file, which a test must not write to: hence whole paths.
    try withDirectory { folder in
      for (name, text) in Self.included {
        let path = "\(folder)/\(name)"
        let parent = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
      }
      let text = Self.configurations[index].replacingOccurrences(of: "Include ", with: "Include \(folder)/")
      let config = folder + "/config"
      try text.write(toFile: config, atomically: true, encoding: .utf8)
      for name in Self.names {
        let theirs = try Self.openSSH(config, name)
        let ours = try SSHResolver(environment: .current)
          .route(to: InventoryHost(name: "h", address: name, sshConfig: .file(config)))
        try Self.compare(ours.host, theirs, "\(name) in \(text)")
      }
    }
  }

  private static func compare(_ ours: SSHEndpoint, _ theirs: [String: [String]], _ comment: String) throws {
    func first(_ keyword: String) -> String? { theirs[keyword]?.first }
    func path(_ text: String) -> String { NSString(string: text).expandingTildeInPath }
    #expect(ours.address.value.lowercased() == first("hostname"), "\(comment)")
    #expect(ours.user.value == first("user"), "\(comment)")
    #expect(String(ours.port.value) == first("port"), "\(comment)")
    #expect((ours.identitiesOnly.value ? "yes" : "no") == first("identitiesonly"), "\(comment)")
    #expect((ours.hashKnownHosts.value ? "yes" : "no") == first("hashknownhosts"), "\(comment)")
    let jumps = ours.jumps.value.map(\.description).joined(separator: ",")
    #expect((jumps.isEmpty ? "none" : jumps) == first("proxyjump") ?? "none", "\(comment)")
    let checking = first("stricthostkeychecking")
    #expect(
      ours.hostKeyChecking.value.rawValue
        == (checking == "false" ? "accept-new" : checking == "accept-new" ? "accept-new" : "yes"), "\(comment)")
    #expect(ours.connectTimeout.map { String($0.value) } ?? "none" == first("connecttimeout"), "\(comment)")
    #expect(ours.hostKeyAlias?.value == first("hostkeyalias"), "\(comment)")
    if ours.identityFiles.contains(where: { $0.origin != .builtIn }) {
      let files = theirs["identityfile"]?.filter { $0 != "none" }.map(path)
      #expect(ours.identityFiles.map(\.value) == files, "\(comment)")
    } else if !ours.identityFiles.isEmpty {
      #expect(theirs["identityfile"]?.first?.hasSuffix("/id_rsa") == true, "\(comment)")
    }
    if let agent = first("identityagent"), agent != "none" {
      #expect(ours.identityAgent.value == path(agent), "\(comment)")
    }
    if let algorithms = ours.hostKeyAlgorithms { #expect(algorithms.value == first("hostkeyalgorithms"), "\(comment)") }
    let known = ours.knownHosts.filter { $0.origin != .builtIn }.map(\.value)
    if !known.isEmpty {
      #expect(known == first("userknownhostsfile")?.split(separator: " ").map { path(String($0)) }, "\(comment)")
    }
  }

  /// `ssh -G`: every value of the host, nothing is connected.
  private static func openSSH(_ config: String, _ host: String) throws -> [String: [String]] {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/ssh")
    process.arguments = ["-G", "-F", config, "--", host]
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "ssh -G refuses the configuration")
    var values: [String: [String]] = [:]
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      values[String(parts[0]), default: []].append(parts.count > 1 ? String(parts[1]) : "")
    }
    return values
  }
}
