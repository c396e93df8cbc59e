internal import ParallaxModel

/// hosts.yaml for a lab.
package enum LabInventory {
  /// `pathPrefix` stands before the names of the key files. A nil `user` leaves it to the reader, for whom it is then
  /// the current user.
  static func render(_ lab: LabDescription, pathPrefix: String, user: String?) -> String {
    let width = lab.hosts.map(\.name.count).max() ?? 0
    let hosts = lab.hosts.map { host in
      let name = host.name + ":" + String(repeating: " ", count: width - host.name.count)
      // In loopback mode all hosts share the machine's addresses, so each must be told its own.
      let source = lab.mode == .loopback ? ", source_addresses: [\(host.address)]" : ""
      return "  \(name) { address: \(host.address), port: \(host.port)\(source) }\n"
    }
    var defaults = [
      "identity_file: \(quoted(pathPrefix + "id_ed25519"))", "known_hosts: \(quoted(pathPrefix + "known_hosts"))",
    ]
    if let user { defaults.insert("user: \(quoted(user))", at: 0) }
    return "defaults:\n" + defaults.map { "  \($0)\n" }.joined() + "hosts:\n" + hosts.joined()
  }

  /// What the repository's hosts.yaml says below its comments: the default lab, in `.lab` beside the file.
  package static var example: String {
    get throws(ParallaxError) {
      let lab = try AddressPlan.description(LabConfiguration(), id: "", directory: Lab.defaultDirectory)
      return render(lab, pathPrefix: Lab.defaultDirectory + "/", user: nil)
    }
  }

  /// A YAML scalar that is a string whatever it holds.
  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
