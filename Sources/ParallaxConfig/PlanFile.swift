public import ParallaxModel

/// Reads plan.yaml.
///
/// Every error is `plan_invalid` with the file, line and column, and never repeats a value that may be a secret.
public enum PlanFile {
  public static func load(path: String) throws(ParallaxError) -> Plan {
    try parse(text: try text(path: path), file: path)
  }

  /// The file's text, at most 1 MiB of UTF-8; a run keeps it beside its observations.
  public static func text(path: String) throws(ParallaxError) -> String {
    try YAMLDocument.read(path: path, code: .planInvalid)
  }

  /// - Parameter file: the path shown in errors; relative paths in the plan count from its directory.
  public static func parse(text: String, file: String) throws(ParallaxError) -> Plan {
    try PlanReader(root: try YAMLDocument.parse(text: text, file: file, code: .planInvalid)).plan()
  }
}

/// One reading of a plan, from the dimensions (which templates may name) to the expectations.
struct PlanReader {
  let root: YAMLValue

  func plan() throws(ParallaxError) -> Plan {
    let fields = try root.fields([
      "target", "accounts", "vantages", "reference", "dimensions", "budget", "limited_when", "expect", "stop",
    ])
    let dimensions = try fields["dimensions"].map { value throws(ParallaxError) in try self.dimensions(value) } ?? []
    let known = ["key", "account"] + dimensions.map(\.name).filter { $0 != "path" }
    let target = try target(
      try fields.required("target", because: "say what to ask: `target: { url: ..., permission: ... }`"), known: known)
    let accounts = try accounts(
      try fields.required("accounts", because: "name the keys: `accounts: { A: { keys: { a1: { env: KEY_A1 } } } }`"))
    try requireUse(of: dimensions, in: target, fields: fields)
    let vantages = try fields["vantages"].map { value throws(ParallaxError) in try self.vantages(value) }
    return Plan(
      target: target, accounts: accounts, vantages: vantages,
      reference: try fields["reference"].map { value throws(ParallaxError) in
        try reference(value, accounts: accounts)
      } ?? Plan.Reference(),
      dimensions: dimensions,
      budget: try fields["budget"].map { value throws(ParallaxError) in try budget(value) } ?? Budget(),
      limitedWhen: try fields["limited_when"].map { value throws(ParallaxError) in try limitRules(value) } ?? [],
      expectations: try fields["expect"].map { value throws(ParallaxError) in
        try expectations(value, dimensions: dimensions)
      } ?? [],
      stopRules: try fields["stop"].map { value throws(ParallaxError) in try stopRules(value) } ?? StopRules())
  }

  /// A key or a dimension that no request shows could not change an answer.
  private func requireUse(of dimensions: [Dimension], in target: Target, fields: YAMLFields) throws(ParallaxError) {
    let paths = dimensions.first { $0.name == "path" }?.levels ?? [target.url.path]
    let texts = target.headers.map(\.value) + paths
    func isUsed(_ name: String) -> Bool { texts.contains { $0.contains("{{\(name)}}") } }
    guard isUsed("key") || isUsed("account"), let targetField = fields["target"] else {
      throw (fields["target"] ?? root).error(
        "no header and no path of the target uses {{key}}: every key would send the same request",
        remedy: "add for example `headers: { Authorization: \"Bearer {{key}}\" }`")
    }
    for dimension in dimensions where dimension.name != "path" && !isUsed(dimension.name) {
      throw targetField.error(
        "no header and no path of the target uses the dimension {{\(dimension.name)}}",
        remedy: "write {{\(dimension.name)}} where its levels belong, or remove the dimension")
    }
  }
}
