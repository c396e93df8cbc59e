internal import ParallaxConfig
internal import ParallaxExperiment
internal import ParallaxModel

/// A key that the target cannot know, of the same form as the reference's: what it is answered shows whether keys are
/// looked at.
enum UnknownKey {
  /// Empty where the design has no cell with such a key.
  static func secrets(for design: Design, keys: [String: Secret]) -> [String: Secret] {
    guard design.cells.contains(where: { $0.key == Design.unknownKey }) else { return [:] }
    var random = SystemRandomNumberGenerator()
    return [
      Design.unknownKey: Secret(made(like: keys[design.reference.key]?.reveal() ?? "unknown-key", using: &random))
    ]
  }

  /// What stands before the last sign that is no letter or digit stays, such as `sk-live-`; behind it every letter and
  /// digit becomes another one. A short one is lengthened, so that it is nobody's key by chance.
  static func made(like key: String, using random: inout some RandomNumberGenerator) -> String {
    let start = key.indices.last { !isWordSign(key[$0]) && key.index(after: $0) < key.endIndex }
    let rest = start.map { key.index(after: $0) } ?? key.startIndex
    var made = String(
      key[rest...].map { sign in
        switch sign {
        case "0"..."9": another("0123456789", than: sign, &random)
        case "a"..."z": another(letters, than: sign, &random)
        case "A"..."Z": another(letters.uppercased(), than: sign, &random)
        default: sign
        }
      })
    while made.count < leastLength { made.append(letters.randomElement(using: &random) ?? "x") }
    return key[..<rest] + made
  }

  private static let leastLength = 12
  private static let letters = "abcdefghijklmnopqrstuvwxyz"

  private static func isWordSign(_ sign: Character) -> Bool { sign.isASCII && (sign.isLetter || sign.isNumber) }

  private static func another(
    _ signs: String, than sign: Character, _ random: inout some RandomNumberGenerator
  ) -> Character {
    signs.filter { $0 != sign }.randomElement(using: &random) ?? sign
  }
}
