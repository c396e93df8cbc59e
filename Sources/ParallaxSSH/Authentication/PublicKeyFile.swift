/// The public half of a key, as ssh-keygen leaves it beside the private one: `type base64 comment`.
enum PublicKeyFile {
  private static let limit = 1 << 16

  /// The key's wire form, from the file itself if it is a public key, or from the one with `.pub` at its end.
  static func blob(_ path: String) -> [UInt8]? {
    let path = path.hasSuffix(".pub") ? path : path + ".pub"
    guard let contents = try? File.read(path, limit: limit) else { return nil }
    let fields = String(decoding: contents, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard fields.count >= 2 else { return nil }
    return Base64.decode(Array(fields[1].utf8))
  }
}
