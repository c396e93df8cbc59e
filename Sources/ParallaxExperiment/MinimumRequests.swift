public import ParallaxModel

extension Design {
  /// Requests without which no verdict on this design can be reached, even if the limit is a single request: triage,
  /// a limit with its three denials, and one round with a control on each side.
  public var minimumRequests: Int { cells.count + 4 + (cells.count { !$0.isControl } + 1) }
}
