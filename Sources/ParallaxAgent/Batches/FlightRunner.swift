internal import NIOCore
internal import ParallaxModel
internal import ParallaxPacing
internal import ParallaxWire

/// Keeps so many requests under way at once, whatever each of them takes (closed loop).
final class FlightRunner {
  private let order: FlightOrder
  private let engine: Engine
  private let done: (FlightRunner) -> Void
  private var pacer: FlightPacer
  private var nextCell = 0
  private var isRefillDue = false
  private var isDone = false
  private lazy var alarm = Alarm(on: loop) { [unowned self] in fill() }
  private let loop: any EventLoop

  private(set) var sent = 0
  private(set) var refused = 0

  init(_ order: FlightOrder, engine: Engine, loop: any EventLoop, done: @escaping (FlightRunner) -> Void) {
    self.order = order
    self.engine = engine
    self.loop = loop
    self.done = done
    pacer = FlightPacer(inFlight: order.inFlight, requests: order.requests)
  }

  func start() {
    for cell in Set(order.cells) {
      if let vantage = engine.vantage(of: cell) { engine.keepSpare(order.inFlight, at: vantage) }
    }
    if order.start > MonotonicClock.now() { alarm.set(at: order.start) } else { fill() }
  }

  func abort() {
    alarm.cancel()
    pacer.stop()
    finishIfDone()
  }

  private func fill() {
    while pacer.takeTurn() { send() }
    finishIfDone()
  }

  private func send() {
    let cell = order.cells[nextCell]
    nextCell = nextCell + 1 == order.cells.count ? 0 : nextCell + 1
    engine.send(
      cell: cell, batch: order.batch, stage: order.stage, planned: MonotonicClock.now(),
      answerDeadline: order.answerDeadline
    ) { [self] record in
      if record.refusal == nil {
        sent += 1
      } else {
        refused += 1
        pacer.stop()
      }
      pacer.noteAnswer()
      refill()
    }
  }

  /// Sends the next requests once every answer that is there by now has been read. Sending one after each answer would
  /// wake the server for each, too.
  private func refill() {
    guard !isRefillDue else { return }
    isRefillDue = true
    loop.assumeIsolated().execute { [self] in
      isRefillDue = false
      fill()
    }
  }

  private func finishIfDone() {
    guard !isDone, pacer.isFinished else { return }
    isDone = true
    done(self)
  }
}
