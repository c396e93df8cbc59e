internal import NIOCore
internal import ParallaxModel

/// The connections of one vantage: those that carry an exchange, those that wait for one, those on their way.
///
/// No request is ever repeated: if a kept connection turns out to be closed after the request was written, that is a
/// reset, and it is said so.
final class ConnectionPool {
  /// Idle and coming connections that are opened ahead of need, at most.
  private static let spareLimit = 64
  /// A connection idle for longer is not used again, since servers close theirs after 5 s and more: nanoseconds.
  private static let idleLimit: Int64 = 4_000_000_000

  private let connector: Connector
  private let isReusable: Bool
  private let answerLimit: Int
  /// Asked when a request is about to leave, which may be long after its admission; ends those that may not.
  private let clearance: (Exchange, Int64) -> Bool
  private var all: [ObjectIdentifier: Connection] = [:]
  /// The one used last comes first out, so that the others can age.
  private var idle: [Connection] = []
  /// Connections opened ahead that nothing waits for yet, oldest first.
  private var coming: [Connection] = []

  init(
    connector: Connector, isReusable: Bool, answerLimit: Int, clearance: @escaping (Exchange, Int64) -> Bool
  ) {
    self.connector = connector
    self.isReusable = isReusable
    self.answerLimit = answerLimit
    self.clearance = clearance
  }

  var count: Int { all.count }

  /// Puts the exchange on an idle connection, or one on its way, or a new one.
  func carry(_ exchange: Exchange, at now: Int64) {
    closeStale(at: now)
    if let connection = idle.popLast() ?? takeComing() {
      connection.carry(exchange)
    } else {
      open(deadline: exchange.deadline).carry(exchange)
    }
  }

  /// Opens connections until so many are idle or on their way.
  func keepSpare(_ wanted: Int, at now: Int64) {
    closeStale(at: now)
    let missing = min(wanted, Self.spareLimit) - idle.count - coming.count
    guard missing > 0 else { return }
    for _ in 0..<missing { coming.append(open(deadline: now + connector.endpoint.timeout)) }
  }

  func becameIdle(_ connection: Connection) {
    coming.removeAll { $0 === connection }
    idle.append(connection)
  }

  func remove(_ connection: Connection) {
    all[ObjectIdentifier(connection)] = nil
    idle.removeAll { $0 === connection }
    coming.removeAll { $0 === connection }
  }

  func mayStart(_ exchange: Exchange, at now: Int64) -> Bool { clearance(exchange, now) }

  /// Gives up what should have come to stand by now. Those that an exchange waits for end with it.
  func giveUpOverdue(at now: Int64) {
    for connection in coming where connection.connectDeadline <= now { connection.close(nil, at: now) }
  }

  var hasComing: Bool { !coming.isEmpty }

  func closeAll(at now: Int64) {
    for connection in idle + coming { connection.close(nil, at: now) }
  }

  private func open(deadline: Int64) -> Connection {
    let connection = Connection(
      pool: self, isSecure: connector.endpoint.security != nil, isReusable: isReusable, answerLimit: answerLimit,
      connectDeadline: deadline)
    all[ObjectIdentifier(connection)] = connection
    connector.open(connection)
    return connection
  }

  private func takeComing() -> Connection? {
    coming.isEmpty ? nil : coming.removeFirst()
  }

  /// Idle connections stand in the order of their last use.
  private func closeStale(at now: Int64) {
    while let oldest = idle.first, case .idle(let since) = oldest.state {
      let announced = oldest.keepAliveTimeout.map { max(0, min($0, 60) - 1) * 1_000_000_000 }
      guard now - since >= min(Self.idleLimit, announced ?? Self.idleLimit) else { return }
      oldest.close(nil, at: now)
    }
  }
}
