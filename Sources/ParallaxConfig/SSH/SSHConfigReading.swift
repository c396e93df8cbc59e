public import ParallaxModel

/// What an ssh configuration says about one host: every line that applies to it, in order, and what was passed over.
struct SSHConfigReading {
  struct Setting {
    var keyword: String
    var arguments: [String]
    var place: ParallaxError.Location
  }

  private(set) var settings: [Setting] = []
  private(set) var skipped: [SSHSkip] = []

  private let host: String
  private let given: (user: String?, port: Int?)
  private let environment: SSHClientEnvironment
  /// Whether the lines at hand are about the host.
  private var active = true
  /// Within an Include that does not apply nothing does.
  private var never = false
  private var open: [String] = []

  /// As in OpenSSH; there it is also what ends cycles.
  static let depthLimit = 16
  /// Lines over all files, so that files which include each other many times come to an end.
  static let lineLimit = 200_000
  private var lines = 0

  /// - Parameters:
  ///   - host: what one would type after `ssh`.
  ///   - given: the user and port that the command line would name; they count before any file.
  init(host: String, user: String?, port: Int?, environment: SSHClientEnvironment) {
    self.host = host
    given = (user, port)
    self.environment = environment
  }

  mutating func read(_ source: InventoryHost.SSHConfigSource) throws(ParallaxError) {
    switch source {
    case .none: break
    case .file(let path):
      guard try read(path, belongsToUser: true, guarded: false) else {
        throw ParallaxError(
          .inventoryInvalid, "there is no ssh configuration \(path)",
          remedy: "name another with ssh_config in the inventory, or none")
      }
    case .usual:
      _ = try read(environment.home + "/.ssh/config", belongsToUser: true, guarded: true)
      _ = try read("/etc/ssh/ssh_config", belongsToUser: false, guarded: false)
    }
  }

  /// False if there is no such file.
  private mutating func read(_ path: String, belongsToUser: Bool, guarded: Bool) throws(ParallaxError) -> Bool {
    guard let text = try environment.files.read(path, guarded) else { return false }
    guard open.count < Self.depthLimit else {
      throw ParallaxError(
        .inventoryInvalid, "ssh configurations include each other more than \(Self.depthLimit) deep",
        at: ParallaxError.Location(file: path), remedy: "take the cycle out of their Include lines")
    }
    open.append(path)
    defer { open.removeLast() }
    let outer = active
    if open.count == 1 { active = true }
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      lines += 1
      let place = ParallaxError.Location(file: path, line: index + 1)
      guard lines <= Self.lineLimit else {
        throw ParallaxError(.inventoryInvalid, "the ssh configuration has too many lines", at: place)
      }
      switch SSHConfigLine.read(line) {
      case .nothing: break
      case .malformed(let reason): throw ParallaxError(.inventoryInvalid, reason, at: place)
      case .line(let line): try take(line, place, belongsToUser: belongsToUser, guarded: guarded)
      }
    }
    active = outer
    return true
  }

  private mutating func take(
    _ line: SSHConfigLine, _ place: ParallaxError.Location, belongsToUser: Bool, guarded: Bool
  ) throws(ParallaxError) {
    guard !line.arguments.isEmpty else {
      throw ParallaxError(.inventoryInvalid, "the keyword \(Printable.inert(line.keyword)) has no value", at: place)
    }
    switch line.keyword {
    case "host": active = !never && SSHPattern.list(line.arguments, matches: host)
    case "match": active = try matches(line.arguments, place) && !never
    case "include":
      for pattern in line.arguments {
        try include(pattern, place, belongsToUser: belongsToUser, guarded: guarded)
      }
    default:
      if active {
        settings.append(Setting(keyword: line.keyword, arguments: line.arguments, place: place))
      }
    }
  }

  private mutating func include(
    _ pattern: String, _ place: ParallaxError.Location, belongsToUser: Bool, guarded: Bool
  ) throws(ParallaxError) {
    var path = belongsToUser ? environment.expandingTilde(pattern) : pattern
    if !path.hasPrefix("/") { path = (belongsToUser ? environment.home + "/.ssh/" : "/etc/ssh/") + path }
    let paths = environment.files.expand(path)
    if paths.isEmpty, active { skipped.append(SSHSkip("Include \(pattern)", "there is no such file", at: place)) }
    let outer = (active: active, never: never)
    never = never || !active
    for path in paths {
      active = outer.active
      _ = try read(path, belongsToUser: belongsToUser, guarded: guarded)
    }
    (active, never) = outer
  }

  // MARK: Match

  private mutating func matches(_ words: [String], _ place: ParallaxError.Location) throws(ParallaxError) -> Bool {
    var words = words[...]
    var result = true
    while let word = words.popFirst() {
      var attribute = word[...]
      var argument: String?
      if let equals = word.firstIndex(of: "=") {
        attribute = word[..<equals]
        argument = String(word[word.index(after: equals)...])
      }
      let negated = attribute.hasPrefix("!")
      if negated { attribute = attribute.dropFirst() }
      let name = attribute.lowercased()
      if name == "all" { continue }
      if name == "canonical" || name == "final" {
        skipped.append(SSHSkip("Match \(name)", "host names are not made canonical here", at: place))
        return false
      }
      guard let pattern = argument ?? words.popFirst() else {
        throw ParallaxError(.inventoryInvalid, "Match \(Printable.inert(name)) has no value", at: place)
      }
      let patterns = pattern.split(separator: ",").map(String.init)
      let holds: Bool
      switch name {
      case "host": holds = SSHPattern.list(patterns.map { $0.lowercased() }, matches: currentHost)
      case "originalhost": holds = SSHPattern.list(patterns.map { $0.lowercased() }, matches: host.lowercased())
      case "user": holds = SSHPattern.list(patterns, matches: first("user") ?? environment.user)
      case "localuser": holds = SSHPattern.list(patterns, matches: environment.user)
      default:
        let reason = name == "exec" ? "no program is run for it" : "this criterion is not known here"
        skipped.append(SSHSkip("Match \(Printable.inert(name))", "\(reason), so the block does not apply", at: place))
        return false
      }
      if holds == negated { result = false }
    }
    return result
  }

  /// The host name as far as it is known at this point of the reading.
  private var currentHost: String {
    (first("hostname").map { SSHTokens.hostName($0, host: host) } ?? host).lowercased()
  }

  private func first(_ keyword: String) -> String? {
    if keyword == "user", let user = given.user { return user }
    return settings.first { $0.keyword == keyword }?.arguments.first
  }
}

/// Something that a configuration says and that does not count, and why.
public struct SSHSkip: Hashable, Sendable {
  public var what: String
  public var reason: String
  public var place: ParallaxError.Location

  init(_ what: String, _ reason: String, at place: ParallaxError.Location) {
    self.what = what
    self.reason = reason
    self.place = place
  }
}
