/// Processes or hosts that each keep a counter of their own, and who sends a request to which.
public struct Workers: Sendable, Hashable {
  public enum Balancing: Sendable, Hashable {
    case roundRobin
    case random
    /// By a hash of the client's address, salted: a client always meets the same worker.
    case addressHash(salt: UInt64)
  }

  public var count: Int
  public var balancing: Balancing

  public init(count: Int, balancing: Balancing) {
    precondition(count > 0, "there is at least one worker")
    self.count = count
    self.balancing = balancing
  }

  public static let one = Workers(count: 1, balancing: .roundRobin)

  /// The worker that a client always meets; nil where that is not by its address.
  public func fixedWorker(of address: Address) -> Int? {
    guard case .addressHash(let salt) = balancing else { return nil }
    let folded = UInt64(truncatingIfNeeded: address.bits) ^ UInt64(truncatingIfNeeded: address.bits >> 64)
    return Int(SeededRandom.mix(folded &+ salt) % UInt64(count))
  }

  /// The worker of the next request; `turn` is how many came before.
  func worker(for identity: Identity, turn: Int, random: inout SeededRandom) -> Int {
    switch balancing {
    case .roundRobin: turn % count
    case .random: random.index(below: count)
    case .addressHash: fixedWorker(of: identity.address)!
    }
  }
}
