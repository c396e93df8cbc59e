internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel
internal import Testing

@Suite struct KeyResolverTests {
  private func plan(_ source: Key.Source) -> Plan {
    Plan(
      target: Target(url: URLParts(scheme: .http, host: "a", port: 80, path: "/"), permission: "ours"),
      accounts: [Account(name: "A", keys: [Key(name: "a1", source: source)])])
  }

  private func resolved(_ source: Key.Source, environment: [String: String] = [:]) throws -> String? {
    try KeyResolver.resolve(plan(source), environment: environment)["a1"]?.reveal()
  }

  private func failure(_ source: Key.Source, environment: [String: String] = [:]) throws -> ParallaxError {
    try #require(throws: ParallaxError.self) { try KeyResolver.resolve(plan(source), environment: environment) }
  }

  @Test func readsTheEnvironment() throws {
    #expect(try resolved(.environment("K"), environment: ["K": "canary"]) == "canary")
    let unset = try failure(.environment("K"))
    #expect(unset.code == .planInvalid)
    #expect(unset.message.contains("K") && unset.message.contains("not set"))
    #expect(try failure(.environment("K"), environment: ["K": ""]).message.contains("empty"))
    let broken = try failure(.environment("K"), environment: ["K": "canary\nX: y"])
    #expect(broken.message.contains("line break") && !broken.description.contains("canary"))
  }

  @Test func readsFilesThatOnlyTheirOwnerCanRead() throws {
    try withDirectory { directory in
      let path = directory + "/key"
      _ = FileManager.default.createFile(
        atPath: path, contents: Data("canary\r\n".utf8), attributes: [.posixPermissions: 0o600])
      #expect(try resolved(.file(path)) == "canary")
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
      let open = try failure(.file(path))
      #expect(open.message.contains("other users"))
      #expect(open.remedy == "chmod 600 \(path)")
      #expect(try failure(.file(directory + "/none")).message.contains("No such file"))
      #expect(try failure(.file(directory)).message.contains("directory"))
    }
  }

  @Test func readsWhatACommandPrints() throws {
    #expect(try resolved(.command(["printf", "canary\\n\\n"])) == "canary")
    #expect(try failure(.command(["sh", "-c", "echo canary; exit 3"])).cause == "exit status 3")
    #expect(try failure(.command(["sh", "-c", "kill -9 $$"])).cause == "signal 9")
    #expect(try failure(.command(["no-such-program-anywhere"])).cause?.contains("No such file") == true)
    #expect(try failure(.command(["true"])).message.contains("empty"))
    let endless = try failure(.command(["sh", "-c", "while :; do echo canary; done"]))
    #expect(endless.cause?.contains("more than") == true)
    #expect(!endless.description.contains("canary"))
  }

  @Test(arguments: ["sleep 60", "exec >&-; exec sleep 60", "echo canary; exec sleep 60"])
  func commandsThatDoNotEndAreEnded(script: String) throws {
    let start = ContinuousClock.now
    let error = try #require(throws: ParallaxError.self) {
      try KeyResolver.resolve(plan(.command(["sh", "-c", script])), environment: [:], commandTimeout: 1)
    }
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(!error.description.contains("canary"))
  }

  @Test func secretsShowNothing() {
    let secret = Secret("canary")
    let optional: Secret? = secret
    var dumped = ""
    dump(["k": secret], to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), "\([secret])", "\(optional as Any)", dumped] {
      #expect(!text.contains("canary"))
    }
    #expect(secret.reveal() == "canary")
  }
}
