internal import Foundation
internal import ParallaxModel
internal import ParallaxSignals
internal import Testing

/// SplitMix64: the same numbers in every run.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}

/// Answers of the corpus, damaged at random: nothing may trap, and what is read must make sense.
/// `PARALLAX_FUZZ_RUNS` sets how many.
@Suite struct FuzzTests {
  private static let pieces = [
    "-", "=", ";", ",", "/", ":", "\"", "\\u", "0", "9", "99999999999999999999", "-1", "1e9", ".", "q=", "w=", "\u{0}",
    "\u{1b}", "é", "日", "{", "[", "}", "<", "<Code>", "ratelimit", "remaining", " ", "GMT", "Z", "T",
  ]

  @Test func damagedAnswersAreReadSafely() {
    let runs = ProcessInfo.processInfo.environment["PARALLAX_FUZZ_RUNS"].flatMap { Int($0) } ?? 20_000
    var random = SeededGenerator(state: 20_260_921)
    let answers = Corpus.all.map(\.answer)
    let classifier = Classifier(rules: [LimitRule(status: 200, bodyContains: "x", header: "y")])
    for run in 0..<runs {
      var answer = answers.randomElement(using: &random)!
      for _ in 0...Int.random(in: 0..<6, using: &random) { damage(&answer, with: answers, &random) }
      let reading = classifier.read(answer)
      let declared = Declarations.read(answer, now: RecordedAnswer.now)
      guard isSound(reading), isSound(declared) else {
        Issue.record("run \(run): \(answer) is read as \(reading), \(declared)")
        return
      }
    }
  }

  private func damage(_ answer: inout Answer, with others: [Answer], _ random: inout SeededGenerator) {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: answer.status = Int.random(in: 0..<1000, using: &random)
    case 1: answer.body = Array(answer.body.prefix(Int.random(in: 0...answer.body.count, using: &random)))
    case 2 where !answer.body.isEmpty:
      answer.body[Int.random(in: answer.body.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
    case 3:
      let place = Int.random(in: 0...answer.body.count, using: &random)
      answer.body.insert(contentsOf: Self.pieces.randomElement(using: &random)!.utf8, at: place)
    case 4: answer.headers += others.randomElement(using: &random)!.headers
    case 5: answer.body = others.randomElement(using: &random)!.body
    default:
      guard let index = answer.headers.indices.randomElement(using: &random) else { return }
      let piece = Self.pieces.randomElement(using: &random)!
      if Bool.random(using: &random) {
        answer.headers[index].value = mixed(answer.headers[index].value, piece, &random)
      } else {
        answer.headers[index].name = mixed(answer.headers[index].name, piece, &random)
      }
    }
  }

  private func mixed(_ text: String, _ piece: String, _ random: inout SeededGenerator) -> String {
    let cut = text.index(text.startIndex, offsetBy: Int.random(in: 0...text.count, using: &random))
    let end = text.index(cut, offsetBy: Int.random(in: 0...text.distance(from: cut, to: text.endIndex), using: &random))
    return text[..<cut] + piece + text[end...]
  }

  private func isSound(_ reading: Reading) -> Bool {
    guard case .limited(let signature) = reading else { return true }
    return signature.body.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
      && signature.body.count <= 120 && signature.headers == signature.headers.sorted()
  }

  private func isSound(_ declared: Declarations) -> Bool {
    let numbers = declared.policies.flatMap { [$0.limit, $0.remaining, $0.reset, $0.window] } + [declared.retryAfter]
    return numbers.allSatisfy { $0.map { $0.isFinite && $0 >= 0 } ?? true }
  }
}
