internal import ParallaxModel

/// Collects one answer within fixed bounds, however large it is.
struct AnswerBuilder {
  private(set) var answer = Answer()
  private let bodyLimit: Int

  /// `overlap` bytes more than the limit are kept of the body, for the redactor.
  init(overlap: Int) { bodyLimit = Answer.bodyLimit + overlap }

  var hasHead: Bool { answer.status != nil }

  mutating func received(bytes: Int) { answer.bytes += bytes }

  mutating func head(status: Int, headers: [Header]) {
    answer.status = status
    answer.headers = headers
  }

  mutating func body(_ bytes: UnsafeRawBufferPointer) {
    let room = bodyLimit - answer.body.count
    guard room > 0 else { return }
    answer.body += bytes.prefix(room)
  }
}
