internal import ParallaxModel

/// Accounts and their keys, vantages, the reference, and further dimensions.
extension PlanReader {
  func accounts(_ value: YAMLValue) throws(ParallaxError) -> [Account] {
    var accounts: [Account] = []
    var names: Set<String> = []
    for entry in try value.fields().entries {
      let account = try entry.key.identifier("an account")
      let fields = try entry.value.fields(["keys"])
      let keys = try fields.required("keys", because: "an account needs at least one key")
      var list: [Key] = []
      for key in try keys.fields().entries {
        let name = try key.key.identifier("a key")
        guard names.insert(name).inserted else {
          throw key.key.error(
            "the key `\(name)` stands in two accounts", remedy: "a key belongs to one account; rename one of them")
        }
        list.append(Key(name: name, source: try source(key.value, of: name)))
      }
      guard !list.isEmpty else { throw keys.error("the account `\(account)` has no keys") }
      accounts.append(Account(name: account, keys: list))
    }
    guard !accounts.isEmpty else { throw value.error("`accounts` is empty", remedy: "name at least one account") }
    return accounts
  }

  /// Nothing that the user wrote here is repeated in an error: it may be the secret itself.
  private func source(_ value: YAMLValue, of key: String) throws(ParallaxError) -> Key.Source {
    let remedy = "say where it is: `\(key): { env: KEY_A1 }`, `{ file: path }` or `{ command: [program, argument] }`"
    func literal() -> ParallaxError {
      value.error("the key `\(key)` seems to be written out; secrets never stand in a plan", remedy: remedy)
    }
    guard value.isMapping else {
      throw value.isNull ? value.error("the key `\(key)` has no source", remedy: remedy) : literal()
    }
    let entries = try value.fields().entries
    guard entries.count == 1, let entry = entries.first else {
      throw value.error("the key `\(key)` must have exactly one of env, file and command", remedy: remedy)
    }
    switch entry.name {
    case "env":
      let name = try entry.value.string()
      guard isVariableName(name), !LiteralSecret.hasKnownPrefix(name) else {
        throw entry.value.error("`env` of the key `\(key)` is not the name of an environment variable", remedy: remedy)
      }
      return .environment(name)
    case "file":
      return .file(try entry.value.filePath())
    case "command":
      let words =
        entry.value.isList ? try entry.value.strings() : try entry.value.string().split(separator: " ").map(String.init)
      guard let program = words.first, !program.isEmpty else {
        throw entry.value.error("`command` of the key `\(key)` is empty", remedy: remedy)
      }
      return .command(words)
    case "value", "literal", "secret", "token", "key", "password":
      throw literal()
    default:
      throw entry.key.error("the key `\(key)` has an unknown source", remedy: remedy)
    }
  }

  private func isVariableName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
    return text.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
    }
  }

  func vantages(_ value: YAMLValue) throws(ParallaxError) -> [String] {
    var names: [String] = []
    for item in try value.list() {
      let name = try item.string()
      guard !names.contains(name) else { throw item.error("the vantage `\(Printable.inert(name))` stands twice") }
      names.append(name)
    }
    guard !names.isEmpty else {
      throw value.error("`vantages` is empty", remedy: "name hosts of the inventory, or leave it out to use all")
    }
    return names
  }

  func reference(_ value: YAMLValue, accounts: [Account]) throws(ParallaxError) -> Plan.Reference {
    let fields = try value.fields(["vantage", "key"])
    let keys = accounts.flatMap(\.keys).map(\.name)
    if let field = fields["key"], !keys.contains(try field.string()) {
      throw field.error(
        "the reference key is not one of the plan's keys", remedy: "known: \(keys.joined(separator: ", "))")
    }
    return Plan.Reference(vantage: try fields["vantage"]?.string(), key: try fields["key"]?.string())
  }

  func dimensions(_ value: YAMLValue) throws(ParallaxError) -> [Dimension] {
    var dimensions: [Dimension] = []
    for entry in try value.fields().entries {
      let name = try entry.key.identifier("a dimension")
      guard !["ip", "key", "account"].contains(name) else {
        throw entry.key.error(
          "the dimension `\(name)` exists already", remedy: "vary it by vantages and accounts; remove it here")
      }
      var levels: [String] = []
      for item in try entry.value.list() {
        let level = name == "path" ? try pathLevel(item) : try item.string()
        guard !levels.contains(level) else { throw item.error("a level of `\(name)` stands twice") }
        guard name == "path" || !LiteralSecret.hasKnownPrefix(level) else {
          throw item.error("a level of `\(name)` seems to hold a credential", remedy: "keys belong under `accounts`")
        }
        levels.append(level)
      }
      guard levels.count >= 2 else {
        throw entry.value.error("the dimension `\(name)` needs at least two levels to be varied")
      }
      dimensions.append(Dimension(name: name, levels: levels))
    }
    guard dimensions.count <= DimensionSet.furtherLimit else {
      throw value.error("a plan has at most \(DimensionSet.furtherLimit) further dimensions")
    }
    return dimensions
  }

  private func pathLevel(_ item: YAMLValue) throws(ParallaxError) -> String {
    try item.requestPath(try item.template(known: ["key", "account"]).text)
  }
}
