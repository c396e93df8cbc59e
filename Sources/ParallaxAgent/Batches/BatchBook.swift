internal import NIOCore
internal import ParallaxModel
internal import ParallaxWire

/// The schedules, ramps and flights under way, each under its number.
final class BatchBook {
  private let engine: Engine
  private let loop: any EventLoop
  private let outbox: Outbox
  private let pendingLimit: Int
  private let classify: (Answer) -> Reading
  private var schedules: [Int: ScheduleRunner] = [:]
  private var ramps: [Int: RampRunner] = [:]
  private var flights: [Int: FlightRunner] = [:]

  init(
    engine: Engine, loop: any EventLoop, outbox: Outbox, pendingLimit: Int, classify: @escaping (Answer) -> Reading
  ) {
    self.engine = engine
    self.loop = loop
    self.outbox = outbox
    self.pendingLimit = pendingLimit
    self.classify = classify
  }

  func start(_ order: ScheduleOrder) throws(PlanRefusal) {
    try checkIsNew(order.batch)
    guard schedules.values.reduce(order.items.count, { $0 + $1.pending }) <= pendingLimit else {
      throw PlanRefusal(code: "protocol_error", text: "more than \(pendingLimit) requests are waiting")
    }
    let runner = ScheduleRunner(order, engine: engine, loop: loop) { [unowned self] runner in
      schedules[order.batch] = nil
      report(BatchDone(batch: order.batch, sent: runner.sent, refused: runner.refused, charged: engine.charged))
    }
    schedules[order.batch] = runner
    runner.start()
  }

  func start(_ order: RampOrder) throws(PlanRefusal) {
    try checkIsNew(order.batch)
    let runner = RampRunner(order, engine: engine, loop: loop, classify: classify) { [unowned self] runner in
      ramps[order.batch] = nil
      report(
        BatchDone(
          batch: order.batch, outcome: runner.outcome, sent: runner.sent, refused: runner.refused,
          charged: engine.charged))
    }
    ramps[order.batch] = runner
    runner.start()
  }

  func start(_ order: FlightOrder) throws(PlanRefusal) {
    try checkIsNew(order.batch)
    guard order.inFlight > 0, order.requests >= 0, !order.cells.isEmpty else {
      throw PlanRefusal(code: "protocol_error", text: "a flight needs cells and a number of requests at once")
    }
    let runner = FlightRunner(order, engine: engine, loop: loop) { [unowned self] runner in
      flights[order.batch] = nil
      report(BatchDone(batch: order.batch, sent: runner.sent, refused: runner.refused, charged: engine.charged))
    }
    flights[order.batch] = runner
    runner.start()
  }

  func abort() {
    for runner in schedules.values { runner.abort() }
    for runner in ramps.values { runner.abort() }
    for runner in flights.values { runner.abort() }
  }

  private func checkIsNew(_ batch: Int) throws(PlanRefusal) {
    guard schedules[batch] == nil, ramps[batch] == nil, flights[batch] == nil else {
      throw PlanRefusal(code: "protocol_error", text: "batch \(batch) is under way already")
    }
  }

  private func report(_ done: BatchDone) { outbox.send(.batchDone(done)) }
}
