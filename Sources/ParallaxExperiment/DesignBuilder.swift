public import ParallaxModel

extension Design {
  /// The matrix for a plan, with the vantages that can be used: reference first, then each single change, then the
  /// cells that tell mixtures apart.
  ///
  /// - Throws: `planInvalid` when the plan names a reference that does not exist, or no key at all.
  public static func make(plan: Plan, vantages: [Vantage]) throws(ParallaxError) -> Design {
    throw ParallaxError(.planInvalid, "surface only, so far")
  }

  /// Requests without which no verdict on this design can be reached, whatever the limit.
  public var minimumRequests: Int { 4 * cells.count }
}
