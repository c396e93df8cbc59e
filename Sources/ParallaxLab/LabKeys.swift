internal import Foundation
package import ParallaxModel

/// The API keys that the target knows, with secret values made on the spot.
package struct LabKeys: Sendable {
  package struct Key: Sendable {
    package var name: String
    package var account: String
    package var value: String

    /// The environment variable that plans name.
    package var variable: String { "KEY_" + name.uppercased() }
  }

  package var keys: [Key]

  static let accounts: [(account: String, keys: [String])] = [
    ("A", ["a1", "a2", "a3"]), ("B", ["b1", "b2", "b3"]), ("C", ["c1"]),
  ]

  static func make() -> LabKeys {
    LabKeys(
      keys: accounts.flatMap { account, names in
        names.map { Key(name: $0, account: account, value: randomHexadecimal(16)) }
      })
  }

  /// Reads back what `make` wrote to keys.env.
  package init(file: String) throws(ParallaxError) {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw ParallaxError(.labFailed, "the lab's keys cannot be read from \(file)")
    }
    let values = text.split(separator: "\n").compactMap { line -> (String, String)? in
      guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#") else { return nil }
      return (String(line[..<equals]), String(line[line.index(after: equals)...]))
    }
    let byVariable = Dictionary(values) { first, _ in first }
    keys = Self.accounts.flatMap { account, names in
      names.compactMap { name in
        byVariable["KEY_" + name.uppercased()].map { Key(name: name, account: account, value: $0) }
      }
    }
  }

  private init(keys: [Key]) {
    self.keys = keys
  }

  /// The value of the key with this name.
  package subscript(_ name: String) -> String? {
    keys.first { $0.name == name }?.value
  }

  /// Lines for a shell to source.
  var environmentFile: String {
    "# Keys of the lab's target, made on the spot and worth nothing elsewhere.\n"
      + keys.map { "\($0.variable)=\($0.value)\n" }.joined()
  }

  /// Lines of an nginx `map` from the Authorization header to the key's name.
  var nginxMap: String {
    keys.map { "\"Bearer \($0.value)\" \($0.name);\n" }.joined()
  }
}

/// `count` random bytes as hexadecimal digits.
func randomHexadecimal(_ count: Int) -> String {
  String((0..<2 * count).map { _ in "0123456789abcdef".randomElement()! })
}
