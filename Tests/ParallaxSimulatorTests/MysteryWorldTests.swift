internal import ParallaxModel
internal import ParallaxSimulator
internal import Testing

@Suite("Worlds in which a fresh key is limited")
struct MysteryWorldTests {
  private static let extent = MysteryExtent(keys: 3, hasCost: true, hasInvalidKey: true)

  /// Labels of the cells of which most looks were limited, in many worlds of the kind.
  private static func limited(_ kind: MysteryKind) -> Set<String> {
    var counts: [String: (limited: Int, all: Int)] = [:]
    for seed in UInt64(0)..<40 {
      var world = MysteryWorld.generate(seed: seed, kind: kind, extent: extent)
      let items = world.design.cells.map { Schedule.Item(offset: 0.05 * Double($0.id), cell: $0.id) }
      for sample in world.perform(.schedule(Schedule(stage: .triage, items: items))).samples {
        if case .void = sample.reading { continue }
        counts[world.design.cells[sample.cell].label, default: (0, 0)].all += 1
        if sample.reading != .passed { counts[world.design.cells[sample.cell].label]!.limited += 1 }
      }
    }
    return Set(counts.filter { 4 * $0.value.limited > 3 * $0.value.all }.keys)
  }

  @Test(
    "The cells that the cause says are limited",
    arguments: [
      (MysteryKind.accountSpent, ["R", "I", "K", "M", "C", "N"]), (.addressBlocked, ["R", "K", "B", "C", "N"]),
      (.keyUsedElsewhere, ["R", "I", "C"]), (.keyStuck, ["R", "I", "C"]), (.keyRestricted, ["R", "I", "C", "N"]),
      (.keyCostsTooMuch, ["R", "I", "N"]), (.noCredit, ["R", "I", "K", "M", "C", "N"]),
      (.networkBlocked, ["R", "P", "K", "B", "C", "N"]), (.keyRenewed, ["R", "I", "C"]), (.passingError, ["R"]),
    ])
  func cells(kind: MysteryKind, expected: [String]) {
    #expect(Self.limited(kind).subtracting(["G"]) == Set(expected))
  }

  @Test("The same seed is the same world")
  func determinism() {
    func reports(_ seed: UInt64) -> [Report] {
      var world = MysteryWorld.generate(seed: seed)
      let items = world.design.cells.map { Schedule.Item(offset: 0.05 * Double($0.id), cell: $0.id) }
      return (0..<3).map { _ in world.perform(.schedule(Schedule(stage: .triage, items: items))) }
    }
    #expect(reports(7) == reports(7))
    #expect(reports(7) != reports(8))
  }

  @Test("An unknown key is refused as such unless keys are not looked at")
  func unknownKey() {
    for kind in [MysteryKind.keyUsedElsewhere, .keyNotRecognised] {
      var world = MysteryWorld.generate(seed: 3, kind: kind, extent: Self.extent)
      let cell = world.design.cells.first { $0.label == "G2" }!.id
      let items = (0..<8).map { Schedule.Item(offset: 0.1 * Double($0), cell: cell) }
      let passed = world.perform(.schedule(Schedule(stage: .triage, items: items))).samples.filter {
        $0.reading == .passed
      }
      #expect(passed.allSatisfy { $0.signals.contains(.speaks(of: .credential)) == (kind == .keyUsedElsewhere) })
    }
  }
}
