internal import NIOCore
internal import NIOHTTP1
internal import ParallaxModel
internal import ParallaxWire

/// Collects one answer within fixed bounds, however large it is.
struct AnswerBuilder {
  /// Bytes of names and values of headers that are kept, in the order received.
  static let headerLimit = 16_384

  private(set) var answer = Answer()
  private let bodyLimit: Int
  /// Whether the server lets the connection be used again.
  private(set) var keepsAlive = false
  /// Seconds for which the server says it keeps an idle connection.
  private(set) var keepAliveTimeout: Int64?

  /// `overlap` bytes more than the limit are kept of the body, for the redactor.
  init(overlap: Int) { bodyLimit = Answer.bodyLimit + overlap }

  var hasHead: Bool { answer.status != nil }

  mutating func received(bytes: Int) { answer.bytes += bytes }

  mutating func head(_ head: HTTPResponseHead) {
    answer.status = Int(head.status.code)
    keepsAlive = head.isKeepAlive && head.status != .switchingProtocols
    var kept = 0
    for (name, value) in head.headers {
      kept += name.utf8.count + value.utf8.count
      guard kept <= Self.headerLimit, answer.headers.count < WireLimits.headers else { break }
      guard name.utf8.count <= WireLimits.name else { continue }
      answer.headers.append(Header(name, value))
    }
    keepAliveTimeout = head.headers.first(name: "keep-alive").flatMap(Self.timeout)
  }

  mutating func body(_ buffer: ByteBuffer) {
    let room = bodyLimit - answer.body.count
    guard room > 0 else { return }
    answer.body += buffer.readableBytesView.prefix(room)
  }

  /// `timeout=5, max=100` is 5.
  private static func timeout(_ value: String) -> Int64? {
    for part in value.split(separator: ",") {
      let words = part.split(separator: "=").map { $0.drop { $0 == " " } }
      if words.count == 2, words[0].lowercased() == "timeout" { return Int64(words[1]) }
    }
    return nil
  }
}
