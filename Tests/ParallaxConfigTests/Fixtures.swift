internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel
internal import Testing

/// The smallest plan, with lines of a test's own put in where its parts belong.
func planText(
  target: String = "", headers: String = "{ Authorization: \"Bearer {{key}}\" }",
  accounts: String =
    "{ A: { keys: { a1: { env: KEY_A1 }, a2: { env: KEY_A2 } } }, B: { keys: { b1: { env: KEY_B1 } } } }",
  url: String = "https://api.example.com/v1/models", more: String = ""
) -> String {
  """
  target:
    url: \(url)
    permission: "our own gateway, ticket OPS-1"
    headers: \(headers)
  \(target.isEmpty ? "" : "  \(target)\n")accounts: \(accounts)
  \(more)
  """
}

/// The error that reading a plan ends in.
func planError(_ text: String, file: String = "plan.yaml") throws -> ParallaxError {
  try #require(throws: ParallaxError.self) { try PlanFile.parse(text: text, file: file) }
}

func inventoryError(_ text: String) throws -> ParallaxError {
  try #require(throws: ParallaxError.self) { try InventoryFile.parse(text: text, file: "hosts.yaml") }
}

/// A directory of its own for one test, removed at the end.
func withDirectory(_ body: (String) throws -> Void) throws {
  let path = NSTemporaryDirectory() + "parallax-config-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  try body(path)
}
