internal import Foundation
internal import ParallaxModel
internal import ParallaxSignals
internal import Testing

/// A recorded answer and everything that must be read from it.
struct RecordedAnswer: CustomTestStringConvertible, Sendable {
  let file: String
  let name: String
  let answer: Answer
  /// Lines of expectation, sorted.
  let expected: [String]

  var testDescription: String { "\(file): \(name)" }

  static let now = 1_790_000_000.0

  /// What is read from the answer, in the words of the corpus, sorted.
  var actual: [String] {
    var lines: [String] = []
    switch Classifier(rules: []).read(answer) {
    case .passed: lines.append("passed")
    case .limited(let signature): lines.append("limited \(signature.layer.name)")
    case .void(let reason): lines.append("void \(reason)")
    }
    let declared = Declarations.read(answer, now: Self.now)
    lines += declared.policies.map(Self.text)
    if let seconds = declared.retryAfter { lines.append("retry-after \(Self.text(seconds))") }
    if let reason = declared.reason { lines.append("reason \(reason)") }
    lines += declared.findings.map { "finding \($0.kind.rawValue) \($0.field)" }
    return lines.sorted()
  }

  private static func text(_ policy: DeclaredPolicy) -> String {
    var text = "policy"
    if let name = policy.name { text += " name=\(name.replacing(" ", with: "_"))" }
    let numbers = [
      ("limit", policy.limit), ("remaining", policy.remaining), ("reset", policy.reset), ("window", policy.window),
    ]
    for case (let label, let value?) in numbers { text += " \(label)=\(Self.text(value))" }
    if policy.unit != .requests { text += " unit=\(policy.unit.rawValue)" }
    if let scope = policy.scope { text += " scope=\(scope.isEmpty ? "-" : scope.joined(separator: "+"))" }
    if let partition = policy.partition { text += " partition=\(partition)" }
    return text + " source=\(policy.source.rawValue)"
  }

  private static func text(_ value: Double) -> String {
    guard value < 1e15 else { return "\(value)" }
    let rounded = (value * 1000).rounded() / 1000
    return rounded == rounded.rounded() ? String(Int(rounded)) : "\(rounded)"
  }
}

enum Corpus {
  static let all: [RecordedAnswer] = {
    guard let directory = Bundle.module.url(forResource: "Corpus", withExtension: nil),
      let files = try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
    else { return [] }
    return files.filter { $0.pathExtension == "txt" }.sorted { $0.path < $1.path }.flatMap { file in
      let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
      return text.components(separatedBy: "### ").dropFirst().map { entry($0, file: file.lastPathComponent) }
    }
  }()

  private static func entry(_ text: String, file: String) -> RecordedAnswer {
    let lines = text.split(separator: "\n")
    var raw = lines.filter { $0.hasPrefix(">") }.map { $0.dropFirst($0.hasPrefix("> ") ? 2 : 1) }[...]
    let status = raw.popFirst().flatMap { Int($0) }
    var headers: [Header] = []
    while let line = raw.popFirst(), !line.isEmpty {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      headers.append(
        Header(
          String(parts[0]),
          parts.count > 1 ? String(decoding: unescaped(parts[1].drop { $0 == " " }), as: UTF8.self) : ""))
    }
    let expected = lines.filter { $0.hasPrefix("= ") }.map { String($0.dropFirst(2)) }
    return RecordedAnswer(
      file: file, name: String(lines.first ?? ""),
      answer: Answer(status: status, headers: headers, body: unescaped(raw.joined(separator: "\n")[...])),
      expected: expected.sorted())
  }

  private static func unescaped(_ text: Substring) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text[...]
    while let mark = rest.range(of: "\\x") {
      bytes += rest[..<mark.lowerBound].utf8
      let digits = rest[mark.upperBound...].prefix(2)
      bytes.append(UInt8(digits, radix: 16) ?? 0)
      rest = rest[digits.endIndex...]
    }
    return bytes + rest.utf8
  }
}
