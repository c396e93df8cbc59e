internal import NIOCore
internal import ParallaxModel
internal import ParallaxWire

/// Sends the items of one schedule at their instants, however the answers fare (open loop).
final class ScheduleRunner {
  /// Requests sent in one turn of the event loop, so that a backlog of due items does not keep answers from being read.
  private static let burst = 16

  private let order: ScheduleOrder
  private let engine: Engine
  private let done: (ScheduleRunner) -> Void
  private var nextToSend = 0
  private var nextToWarm = 0
  private var unanswered = 0
  /// Per vantage, items whose connection should be open and that were not sent yet.
  private var expected: [String: Int] = [:]
  private var isAborted = false
  private var isDone = false
  private lazy var alarm = Alarm(on: loop) { [unowned self] in tick() }
  private let loop: any EventLoop

  private(set) var sent = 0
  private(set) var refused = 0

  init(_ order: ScheduleOrder, engine: Engine, loop: any EventLoop, done: @escaping (ScheduleRunner) -> Void) {
    self.order = order.sorted()
    self.engine = engine
    self.loop = loop
    self.done = done
  }

  var pending: Int { order.items.count - nextToSend }

  func start() { tick() }

  /// What is left is recorded as refused, at once.
  func abort() {
    isAborted = true
    tick()
  }

  private func tick() {
    let now = MonotonicClock.now()
    var inThisTurn = 0
    while nextToSend < order.items.count, isAborted || order.items[nextToSend].at <= now, inThisTurn < Self.burst {
      let item = order.items[nextToSend]
      nextToSend += 1
      inThisTurn += 1
      send(item)
    }
    if order.lead > 0, !isAborted { warm(until: now &+ order.lead) }
    arm(at: now)
    finishIfDone()
  }

  private func send(_ item: ScheduleOrder.Item) {
    if nextToSend <= nextToWarm, let vantage = engine.vantage(of: item.cell) { expected[vantage, default: 1] -= 1 }
    unanswered += 1
    engine.send(
      cell: item.cell, batch: order.batch, stage: order.stage, planned: item.at, answerDeadline: order.answerDeadline
    ) { [self] record in
      unanswered -= 1
      if record.refusal == nil { sent += 1 } else { refused += 1 }
      finishIfDone()
    }
  }

  private func warm(until horizon: Int64) {
    nextToWarm = max(nextToWarm, nextToSend)
    var touched: Set<String> = []
    while nextToWarm < order.items.count, order.items[nextToWarm].at <= horizon {
      if let vantage = engine.vantage(of: order.items[nextToWarm].cell) {
        expected[vantage, default: 0] += 1
        touched.insert(vantage)
      }
      nextToWarm += 1
    }
    for vantage in touched { engine.keepSpare(expected[vantage] ?? 0, at: vantage) }
  }

  private func arm(at now: Int64) {
    guard nextToSend < order.items.count else { return }
    var instant = isAborted ? now : order.items[nextToSend].at
    if order.lead > 0, nextToWarm < order.items.count {
      instant = min(instant, order.items[nextToWarm].at &- order.lead)
    }
    alarm.set(at: instant)
  }

  private func finishIfDone() {
    guard !isDone, nextToSend == order.items.count, unanswered == 0 else { return }
    isDone = true
    done(self)
  }
}

extension ScheduleOrder {
  /// Items of one instant keep their order.
  fileprivate func sorted() -> ScheduleOrder {
    var order = self
    order.items = items.enumerated()
      .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
      .map(\.element)
    return order
  }
}
