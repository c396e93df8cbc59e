internal import Foundation
internal import ParallaxConfig
internal import ParallaxLab
internal import ParallaxModel
internal import Testing

/// The inventory and the plans that the repository holds as examples.
struct RepositoryFileTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  @Test func theInventoryIsTheDefaultLab() throws {
    let text = try String(contentsOfFile: Self.root + "/hosts.yaml", encoding: .utf8)
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    let example = try LabInventory.example
    #expect(lines.joined(separator: "\n") + "\n" == example)

    let inventory = try InventoryFile.load(path: Self.root + "/hosts.yaml")
    #expect(inventory.hosts.map(\.port) == [22011, 22012, 22013])
    #expect(inventory.hosts.allSatisfy { $0.identityFiles == [Self.root + "/.lab/id_ed25519"] })
  }

  @Test(arguments: ["basic", "dimensions", "expect", "complete", "conformance"])
  func plansAreValid(_ name: String) throws {
    let plan = try PlanFile.load(path: Self.root + "/plans/\(name).yaml")
    #expect(plan.accounts.map(\.name) == ["A", "B"])
    if name != "complete" { #expect(plan.target.url.host == "127.0.80.1" && plan.target.url.port == 8080) }
  }

  @Test func everyPlanIsTested() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.root + "/plans").sorted()
    #expect(names == ["basic.yaml", "complete.yaml", "conformance.yaml", "dimensions.yaml", "expect.yaml"])
  }
}
