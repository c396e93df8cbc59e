public import ParallaxConfig
internal import ParallaxModel

/// How many hosts are worked on at a time, and how long each step of one may take. A host that hangs costs its own
/// deadlines and nothing else.
public struct FleetLimits: Sendable, Equatable {
  public var forks: Int
  /// Seconds that the command line says: they count before everything else.
  public var given: [HostStep: Double]

  public init(forks: Int = Self.usualForks, given: [HostStep: Double] = [:]) {
    self.forks = forks
    self.given = given
  }

  public static let usualForks = 32
  /// Where neither the command line nor the inventory nor the ssh configuration says anything.
  public static let usual: [HostStep: Double] = [.connect: 10, .authentication: 15, .deploy: 120, .start: 15]

  /// Seconds that a step of this host may take, and who says so: the command line, then the inventory (the host's own
  /// entry, then its defaults), then the ssh configuration, which knows only the first step.
  ///
  /// - Parameter configured: ConnectTimeout of the ssh configuration, for connecting.
  public func deadline(
    _ step: HostStep, of host: InventoryHost, configured: Sourced<Int>? = nil
  ) -> Sourced<Double> {
    if let seconds = given[step] { return Sourced(seconds, .commandLine) }
    if let seconds = host.deadlines[step] {
      return Sourced(seconds, .inventory(host.origins[step.rawValue]))
    }
    if step == .connect, let configured { return Sourced(Double(configured.value), configured.origin) }
    return Sourced(Self.usual[step] ?? 0, .builtIn)
  }

  /// The same without its origin.
  func seconds(_ step: HostStep, of host: InventoryHost) -> Double {
    deadline(step, of: host).value
  }
}
