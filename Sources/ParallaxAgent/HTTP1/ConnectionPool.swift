internal import NIOCore
internal import ParallaxModel

/// The connections of one vantage: those that carry an exchange, those that are free, those on their way; and the
/// exchanges that wait for one, each going to whichever connection is free first.
///
/// No request is ever repeated: if a kept connection turns out to be closed after the request was written, that is a
/// reset, and it is said so.
final class ConnectionPool: Pool {
  /// Free and coming connections that are opened ahead of need, at most.
  private static let spareLimit = 64
  /// Connections opened for waiting exchanges in one turn of the event loop. Each costs as much as several requests:
  /// when the loop is late already, answers must come in first, and the connections that they free be used.
  private static let openedPerTurn = 4
  /// A connection idle for longer is not used again, since servers close theirs after 5 s and more: nanoseconds.
  private static let idleLimit: Int64 = 4_000_000_000

  private let connector: Connector
  private let memory: HeadMemory
  private let isReusable: Bool
  private let answerLimit: Int
  /// Asked when a request is about to leave, which may be long after its admission; ends those that may not.
  private let clearance: (Exchange, Int64) -> Bool
  /// In the order of their last use; the one used last comes first out, so that the others can age.
  private var idle: [Connection] = []
  /// Oldest first.
  private var coming: [Connection] = []
  private var waiting = CircularBuffer<Exchange>()
  private var openedInThisTurn = 0
  private lazy var nextTurn = Alarm(on: connector.loop) { [unowned self] in
    openedInThisTurn = 0
    openForWaiting(at: MonotonicClock.now())
  }

  init(
    connector: Connector, memory: HeadMemory, isReusable: Bool, answerLimit: Int,
    clearance: @escaping (Exchange, Int64) -> Bool
  ) {
    self.connector = connector
    self.memory = memory
    self.isReusable = isReusable
    self.answerLimit = answerLimit
    self.clearance = clearance
  }

  var hasComing: Bool { !coming.isEmpty }

  /// Puts the exchange on a free connection, or lets it wait for one.
  func carry(_ exchange: Exchange, at now: Int64) {
    closeStale(at: now)
    if let connection = idle.popLast() {
      lend(connection, to: exchange, at: now)
    } else {
      waiting.append(exchange)
      openForWaiting(at: now)
    }
  }

  /// Opens connections until so many are free or on their way for nobody yet.
  func keepSpare(_ wanted: Int, at now: Int64) {
    closeStale(at: now)
    let spare = idle.count + coming.count - waiting.count
    for _ in 0..<max(0, min(wanted, Self.spareLimit) - spare) { open(at: now) }
  }

  /// Takes back an exchange that waits for a connection.
  func withdraw(_ exchange: Exchange) { waiting.removeAll { $0 === exchange } }

  /// Gives up connections that should stand by now.
  func giveUpOverdue(at now: Int64) {
    for connection in coming where connection.connectDeadline <= now { connection.close(.connectionTimeout, at: now) }
  }

  /// Lets go of everything that carries no request.
  func closeIdle(at now: Int64) {
    while let exchange = waiting.popFirst() { _ = clearance(exchange, now) }
    for connection in idle + coming { connection.close(nil, at: now) }
  }

  // MARK: from connections

  func becameFree(_ connection: Connection, at now: Int64) {
    coming.removeAll { $0 === connection }
    if let next = waiting.popFirst() { lend(connection, to: next, at: now) } else { idle.append(connection) }
  }

  /// One of the exchanges that wait shares the fate of a connection that did not come to stand.
  func didNotStand(_ connection: Connection, _ failure: Answer.Failure, at now: Int64) {
    coming.removeAll { $0 === connection }
    if waiting.count > coming.count { waiting.popFirst()?.finish(failure, at: now) }
    openForWaiting(at: now)
  }

  func remove(_ connection: Connection) { idle.removeAll { $0 === connection } }

  // MARK: -

  private func lend(_ connection: Connection, to exchange: Exchange, at now: Int64) {
    if clearance(exchange, now) { connection.start(exchange) } else { becameFree(connection, at: now) }
  }

  private func openForWaiting(at now: Int64) {
    while coming.count < waiting.count, openedInThisTurn < Self.openedPerTurn {
      openedInThisTurn += 1
      open(at: now)
    }
    if openedInThisTurn > 0, !nextTurn.isSet { nextTurn.set(at: now) }
  }

  private func open(at now: Int64) {
    let connection = Connection(
      pool: self, memory: memory, isSecure: connector.endpoint.security != nil, isReusable: isReusable,
      answerLimit: answerLimit, began: now, connectDeadline: now + connector.endpoint.timeout)
    coming.append(connection)
    connector.open(connection)
  }

  private func closeStale(at now: Int64) {
    while let oldest = idle.first, case .free(let since) = oldest.state {
      let announced = oldest.keepAliveTimeout.map { max(0, min($0, 60) - 1) * 1_000_000_000 }
      guard now - since >= min(Self.idleLimit, announced ?? Self.idleLimit) else { return }
      oldest.close(nil, at: now)
    }
  }
}
