internal import NIOCore
internal import ParallaxModel

/// The HTTP/2 connections of one vantage, and the exchanges that wait for room on one. No request is ever repeated.
final class StreamPool: Pool {
  struct Configuration {
    /// Requests at once on one connection.
    var streams: Int
    /// Whether a connection carries more than one exchange.
    var isReusable: Bool
    var answerLimit: Int
    var redactor: () -> Redactor
  }

  /// Connections that are opened ahead of need, at most.
  private static let spareLimit = 64

  private let connector: Connector
  private let configuration: Configuration
  /// Asked when a request is about to leave, which may be long after its admission; ends those that may not.
  private let clearance: (Exchange, Int64) -> Bool
  private var open: [StreamConnection] = []
  private var coming: [StreamConnection] = []
  private var waiting = CircularBuffer<Exchange>()

  init(connector: Connector, configuration: Configuration, clearance: @escaping (Exchange, Int64) -> Bool) {
    self.connector = connector
    self.configuration = configuration
    self.clearance = clearance
  }

  var hasComing: Bool { !coming.isEmpty }

  func carry(_ exchange: Exchange, at now: Int64) {
    if waiting.isEmpty, let connection = open.first(where: { $0.room > 0 }) {
      if clearance(exchange, now) { connection.start(exchange) }
    } else {
      waiting.append(exchange)
      openForWaiting(at: now)
    }
  }

  func keepSpare(_ wanted: Int, at now: Int64) {
    let room = open.map(\.room).reduce(0, +) + coming.count * configuration.streams - waiting.count
    guard room < wanted else { return }
    let missing = (wanted - room + configuration.streams - 1) / configuration.streams
    for _ in 0..<max(0, min(missing, Self.spareLimit - coming.count)) { openOne(at: now) }
  }

  func withdraw(_ exchange: Exchange) { waiting.removeAll { $0 === exchange } }

  func giveUpOverdue(at now: Int64) {
    for connection in coming where connection.connectDeadline <= now { connection.close(.connectionTimeout, at: now) }
  }

  func closeIdle(at now: Int64) {
    while let exchange = waiting.popFirst() { _ = clearance(exchange, now) }
    for connection in open + coming where connection.isIdle { connection.close(nil, at: now) }
  }

  // MARK: from connections

  /// It stands now, or an exchange on it ended.
  func hasRoom(_ connection: StreamConnection, at now: Int64) {
    if let index = coming.firstIndex(where: { $0 === connection }) {
      coming.remove(at: index)
      open.append(connection)
    }
    while connection.room > 0, let next = waiting.popFirst() {
      if clearance(next, now) { connection.start(next) }
    }
  }

  /// As many of the exchanges that wait share its fate as it would have carried.
  func didNotStand(_ connection: StreamConnection, _ failure: Answer.Failure, at now: Int64) {
    coming.removeAll { $0 === connection }
    while waiting.count > coming.count * configuration.streams { waiting.popFirst()?.finish(failure, at: now) }
  }

  func remove(_ connection: StreamConnection) {
    open.removeAll { $0 === connection }
    openForWaiting(at: MonotonicClock.now())
  }

  // MARK: -

  private func openForWaiting(at now: Int64) {
    while coming.count * configuration.streams < waiting.count, coming.count < Self.spareLimit { openOne(at: now) }
  }

  private func openOne(at now: Int64) {
    let connection = StreamConnection(
      pool: self, configuration: configuration, began: now, connectDeadline: now + connector.endpoint.timeout)
    coming.append(connection)
    connector.open(connection)
  }
}
