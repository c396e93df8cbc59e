internal import ParallaxModel

/// Makes an endpoint of what was asked and what the ssh configuration says: the first value counts, as in OpenSSH.
struct SSHEndpointBuilder {
  let asked: SSHResolver.Asked
  let reading: SSHConfigReading
  let environment: SSHClientEnvironment

  /// Keywords whose first value counts; IdentityFile adds up.
  private static let single = [
    "hostname", "port", "user", "identitiesonly", "identityagent", "userknownhostsfile", "globalknownhostsfile",
    "stricthostkeychecking", "hashknownhosts", "hostkeyalgorithms", "hostkeyalias", "connecttimeout", "proxyjump",
    "proxycommand",
  ]
  /// Keys that OpenSSH tries when none is named, without RSA, which libssh2 cannot use.
  private static let usualKeys = ["id_ed25519", "id_ecdsa"]

  func endpoint() throws(ParallaxError) -> SSHEndpoint {
    let address = hostName()
    let configured = try number("port", in: 1...65535)
    let port = asked.port ?? configured ?? Sourced(22, .builtIn)
    let user = asked.user ?? text("user") ?? Sourced(environment.user, .builtIn)
    let alias = text("hostkeyalias")
    let tokens = SSHTokens(
      environment: environment, originalHost: asked.name, host: address.value, port: port.value, user: user.value,
      hostKeyAlias: alias?.value)
    var skipped = reading.skipped
    let checking = try hostKeyChecking(&skipped)
    let (jumps, obstacle) = try proxy(tokens)
    let (identitiesOnly, hashed) = (try boolean("identitiesonly"), try boolean("hashknownhosts"))
    return SSHEndpoint(
      name: asked.name, address: address, port: port, user: user,
      identityFiles: try identityFiles(tokens, &skipped),
      identitiesOnly: identitiesOnly ?? Sourced(false, .builtIn),
      identityAgent: try identityAgent(tokens),
      knownHosts: try knownHosts(tokens), hostKeyChecking: checking,
      hashKnownHosts: hashed ?? Sourced(false, .builtIn),
      hostKeyAlgorithms: text("hostkeyalgorithms"), hostKeyAlias: alias, connectTimeout: try connectTimeout(),
      jumps: jumps, obstacle: obstacle, skipped: skipped + unused())
  }

  // MARK: Single values

  private func setting(_ keyword: String) -> SSHConfigReading.Setting? {
    reading.settings.first { $0.keyword == keyword }
  }

  private func text(_ keyword: String) -> Sourced<String>? {
    setting(keyword).map { Sourced($0.arguments[0], .sshConfig($0.place)) }
  }

  private func number(_ keyword: String, in range: ClosedRange<Int>) throws(ParallaxError) -> Sourced<Int>? {
    guard let setting = setting(keyword) else { return nil }
    guard let number = Int(setting.arguments[0]), range.contains(number) else {
      throw Self.error("is no number from \(range.lowerBound) to \(range.upperBound)", setting)
    }
    return Sourced(number, .sshConfig(setting.place))
  }

  private func boolean(_ keyword: String) throws(ParallaxError) -> Sourced<Bool>? {
    guard let setting = setting(keyword) else { return nil }
    switch setting.arguments[0].lowercased() {
    case "yes", "true": return Sourced(true, .sshConfig(setting.place))
    case "no", "false": return Sourced(false, .sshConfig(setting.place))
    default: throw Self.error("is neither yes nor no", setting)
    }
  }

  private static func error(_ problem: String, _ setting: SSHConfigReading.Setting) -> ParallaxError {
    ParallaxError(
      .inventoryInvalid,
      "\(Printable.inert(setting.keyword)) `\(Printable.inert(setting.arguments.joined(separator: " ")))` \(problem)",
      at: setting.place)
  }

  private func hostName() -> Sourced<String> {
    guard let given = text("hostname") else { return Sourced(asked.name, asked.nameOrigin) }
    return Sourced(SSHTokens.hostName(given.value, host: asked.name), given.origin)
  }

  private func connectTimeout() throws(ParallaxError) -> Sourced<Int>? {
    guard let setting = setting("connecttimeout"), setting.arguments[0].lowercased() != "none" else { return nil }
    guard let seconds = SSHTime.seconds(setting.arguments[0]), seconds > 0 else {
      throw Self.error("is no time", setting)
    }
    return Sourced(seconds, .sshConfig(setting.place))
  }

  private func hostKeyChecking(
    _ skipped: inout [SSHSkip]
  ) throws(ParallaxError) -> Sourced<InventoryHost.HostKeyChecking> {
    if let given = asked.hostKeyChecking { return given }
    guard let setting = setting("stricthostkeychecking") else { return Sourced(.strict, .builtIn) }
    switch setting.arguments[0].lowercased() {
    case "yes", "true", "ask": return Sourced(.strict, .sshConfig(setting.place))
    case "accept-new": return Sourced(.acceptNew, .sshConfig(setting.place))
    case "no", "false", "off":
      skipped.append(
        SSHSkip(
          "StrictHostKeyChecking \(setting.arguments[0])",
          "it is taken as accept-new: a key that has changed is never accepted", at: setting.place))
      return Sourced(.acceptNew, .sshConfig(setting.place))
    default: throw Self.error("is none of yes, ask, accept-new, no and off", setting)
    }
  }

  // MARK: Files

  private func path(
    _ text: String, _ tokens: SSHTokens, _ setting: SSHConfigReading.Setting
  ) throws(ParallaxError) -> String {
    do {
      return try tokens.path(text)
    } catch {
      throw Self.error("holds `\(Printable.inert(error.token))`, which stands for nothing here", setting)
    }
  }

  private func identityFiles(
    _ tokens: SSHTokens, _ skipped: inout [SSHSkip]
  ) throws(ParallaxError) -> [Sourced<String>] {
    let settings = reading.settings.filter { $0.keyword == "identityfile" }
    guard asked.identityFiles.isEmpty else {
      skipped += settings.map {
        SSHSkip("IdentityFile \($0.arguments[0])", "the inventory names identity files", at: $0.place)
      }
      return asked.identityFiles
    }
    guard !settings.isEmpty else {
      return Self.usualKeys.map { Sourced("\(environment.home)/.ssh/\($0)", .builtIn) }
    }
    var files: [Sourced<String>] = []
    for setting in settings where setting.arguments[0].lowercased() != "none" {
      let file = try path(setting.arguments[0], tokens, setting)
      if !files.contains(where: { $0.value == file }) { files.append(Sourced(file, .sshConfig(setting.place))) }
    }
    return files
  }

  private func identityAgent(_ tokens: SSHTokens) throws(ParallaxError) -> Sourced<String?> {
    if let given = asked.identityAgent { return Sourced(given.value, given.origin) }
    let usual = environment.variables["SSH_AUTH_SOCK"].flatMap { $0.isEmpty ? nil : $0 }
    guard let setting = setting("identityagent") else { return Sourced(usual, .builtIn) }
    let text = setting.arguments[0]
    let socket: String?
    switch text {
    case "none": socket = nil
    case "SSH_AUTH_SOCK": socket = usual
    case _ where text.hasPrefix("$") && !text.hasPrefix("${"): socket = environment.variables[String(text.dropFirst())]
    default: socket = try path(text, tokens, setting)
    }
    return Sourced(socket, .sshConfig(setting.place))
  }

  private func knownHosts(_ tokens: SSHTokens) throws(ParallaxError) -> [Sourced<String>] {
    if !asked.knownHosts.isEmpty { return asked.knownHosts }
    return try files("userknownhostsfile", usual: environment.home + "/.ssh/known_hosts", tokens)
      + files("globalknownhostsfile", usual: "/etc/ssh/ssh_known_hosts", tokens)
  }

  private func files(
    _ keyword: String, usual: String, _ tokens: SSHTokens
  ) throws(ParallaxError) -> [Sourced<String>] {
    guard let setting = setting(keyword) else { return [Sourced(usual, .builtIn)] }
    var files: [Sourced<String>] = []
    for argument in setting.arguments where argument.lowercased() != "none" {
      files.append(Sourced(try path(argument, tokens, setting), .sshConfig(setting.place)))
    }
    return files
  }

  // MARK: The way there

  /// ProxyJump and ProxyCommand exclude each other: the first of either counts.
  private func proxy(_ tokens: SSHTokens) throws(ParallaxError) -> (Sourced<[JumpHost]>, SSHSkip?) {
    if let given = asked.proxyJump { return (Sourced(JumpHost.parse(given.value) ?? [], given.origin), nil) }
    guard let setting = reading.settings.first(where: { ["proxyjump", "proxycommand"].contains($0.keyword) }) else {
      return (Sourced([], .builtIn), nil)
    }
    let origin = SettingOrigin.sshConfig(setting.place)
    if setting.keyword == "proxycommand" {
      guard setting.arguments[0].lowercased() != "none" else { return (Sourced([], origin), nil) }
      let skip = SSHSkip("ProxyCommand", "no program is run to reach a host", at: setting.place)
      return (Sourced([], origin), skip)
    }
    guard var hops = JumpHost.parse(setting.arguments[0]) else {
      throw Self.error("is no list of [user@]host[:port], and not none", setting)
    }
    for index in hops.indices {
      guard let host = try? tokens.expanded(hops[index].host), HostAddress.isValid(host) else {
        throw Self.error("is no list of [user@]host[:port], and not none", setting)
      }
      hops[index].host = host
    }
    return (Sourced(hops, origin), nil)
  }

  // MARK: What does not count

  private func unused() -> [SSHSkip] {
    var seen: Set<String> = []
    return reading.settings.compactMap { setting in
      let shown = "\(Printable.inert(setting.keyword)) \(Printable.inert(setting.arguments.joined(separator: " ")))"
      func skip(_ reason: String) -> SSHSkip { SSHSkip(shown, reason, at: setting.place) }
      guard setting.keyword != "identityfile" else { return nil }
      guard Self.single.contains(setting.keyword) else { return skip("not used here") }
      let group = setting.keyword == "proxycommand" ? "proxyjump" : setting.keyword
      guard seen.insert(group).inserted else { return skip("an earlier value counts") }
      return isOverridden(setting.keyword) ? skip("the inventory says otherwise") : nil
    }
  }

  private func isOverridden(_ keyword: String) -> Bool {
    switch keyword {
    case "user": asked.user != nil
    case "port": asked.port != nil
    case "identityagent": asked.identityAgent != nil
    case "userknownhostsfile", "globalknownhostsfile": !asked.knownHosts.isEmpty
    case "stricthostkeychecking": asked.hostKeyChecking != nil
    case "proxyjump", "proxycommand": asked.proxyJump != nil
    default: false
    }
  }
}

/// Times of sshd_config(5), "TIME FORMATS": `90`, `1m30s`, `2h`.
enum SSHTime {
  static func seconds(_ text: String) -> Int? {
    var total = 0
    var digits = ""
    for character in text.lowercased() + (text.last?.isNumber == true ? "s" : "") {
      if character.isASCII, character.isNumber {
        digits.append(character)
        continue
      }
      guard let unit = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800][character], let count = Int(digits),
        count < 1_000_000
      else { return nil }
      total += count * unit
      digits = ""
    }
    return text.isEmpty ? nil : total
  }
}
