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
  /// One loop sends, however deep its requests' ends call it again.
  private var isSending = false
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
    guard !isSending else { return }
    isSending = true
    while pacer.takeTurn() { send() }
    isSending = false
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
      fill()
    }
  }

  private func finishIfDone() {
    guard !isDone, pacer.isFinished else { return }
    isDone = true
    done(self)
  }
}
