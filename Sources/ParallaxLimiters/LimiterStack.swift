/// The limiters that a request meets one after the other, and the ban that too many denials lead to.
///
/// A request that a later layer denies has been counted by the earlier ones, as behind a real proxy.
public struct LimiterStack: Sendable {
  public private(set) var layers: [LimiterModel]
  private var box: PenaltyBox?

  public init(layers: [LimiterModel], penalty: Penalty? = nil) {
    self.layers = layers
    box = penalty.map(PenaltyBox.init)
  }

  public var penalty: Penalty? { box?.penalty }

  public mutating func offer(_ offer: Offer, from identity: Identity) -> Admission {
    if box?.isBanned(identity, at: offer.time) == true {
      return Admission(allowed: false, signature: box?.penalty.signature)
    }
    var delay = 0.0
    for layer in layers.indices {
      let admission = layers[layer].offer(offer, from: identity)
      guard admission.allowed else {
        box?.noteDenial(of: identity, at: offer.time)
        return admission
      }
      delay += admission.delay
    }
    return Admission(allowed: true, delay: delay)
  }
}
