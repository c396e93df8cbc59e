/// What this agent never exceeds, whatever a plan or a controller says. Compiled in: to raise it is to change the code.
package struct Ceiling: Hashable, Sendable {
  /// Requests in one session.
  package var requests = 1_000_000
  /// Requests per second.
  package var rate = 50_000.0
  /// Requests at once, each with a connection of its own.
  package var inFlight = 4096
  /// Requests that wait for their instant, over all batches.
  package var pending = 400_000
  /// Bytes of records that the controller has not taken; beyond it nothing is sent.
  package var backlog = 8 << 20
  /// Bytes of one answer, after which it is given up.
  package var answerBytes = 16 << 20

  package init() {}
}
