internal import Foundation
internal import Testing

/// Compares a text with the one kept in Snapshots/. `PARALLAX_RECORD_SNAPSHOTS=1` writes it anew and fails the test, so
/// that a recording is always looked at and never mistaken for a pass.
func expectSnapshot(_ text: String, named name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Snapshots")
  let file = directory.appendingPathComponent(name)
  if ProcessInfo.processInfo.environment["PARALLAX_RECORD_SNAPSHOTS"] != nil {
    try text.write(to: file, atomically: true, encoding: .utf8)
    Issue.record("recorded \(name); look at it and run again without recording", sourceLocation: sourceLocation)
    return
  }
  let expected = try String(contentsOf: file, encoding: .utf8)
  #expect(text == expected, "differs from Snapshots/\(name)", sourceLocation: sourceLocation)
}
