internal import ParallaxLimiters
public import ParallaxModel

/// A world in which the reference is limited before any load, with the reason known.
public struct MysteryWorld: Sendable {
  public let kind: MysteryKind
  public var design: Design { world.design }
  /// The controller's clock, which is Unix time.
  public var now: Double { world.now }
  public var requestsSent: Int { world.requestsSent }
  private var world: SimulatedWorld
  private var declaration: Declaration
  /// Whether the limiter stands before the keys are looked at; if not, an unknown key never meets it.
  private let limitsBeforeKeys: Bool
  private var errorIsDue: Bool

  init(kind: MysteryKind, world: SimulatedWorld, declaration: Declaration, limitsBeforeKeys: Bool) {
    self.kind = kind
    self.world = world
    self.declaration = declaration
    self.limitsBeforeKeys = limitsBeforeKeys
    errorIsDue = kind == .passingError
  }

  /// Does what it is told and reports, as a fleet would, with what the answers say about causes.
  public mutating func perform(_ directive: Directive) -> Report {
    var report = world.perform(directive)
    for index in report.samples.indices { speak(&report.samples[index]) }
    return report
  }

  private mutating func speak(_ sample: inout Sample) {
    if case .void = sample.reading { return }
    let isUnknown = world.design.cells[sample.cell].account == WorldDesign.mysteryAccounts[2]
    if isUnknown, kind != .keyNotRecognised, sample.reading == .passed || !limitsBeforeKeys {
      sample.reading = .passed
      sample.signals = [.speaks(of: .credential)]
    }
    if errorIsDue, sample.cell == 0 {
      errorIsDue = false
      sample.reading = .limited(DenialForms.unavailable)
    }
    if case .limited = sample.reading { sample.signals += declaration.signals(refusedAt: sample.time) }
  }
}
