/// Requests that may have been sent, and whose answers nobody recorded: the controller or their agent was lost while they
/// were under way. They are charged to the budget and never repeated.
public struct UnknownRequests: Sendable, Hashable {
  public var cell: Int
  public var stage: Stage
  /// At most so many.
  public var count: Int

  public init(cell: Int, stage: Stage, count: Int) {
    self.cell = cell
    self.stage = stage
    self.count = count
  }
}

extension Sequence<UnknownRequests> {
  /// How many they are together.
  public var total: Int { reduce(0) { $0 + $1.count } }
}
