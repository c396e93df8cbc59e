internal import NIOCore
internal import ParallaxModel
internal import ParallaxPacing
internal import ParallaxWire

/// Drives one exhaust loop and its sandwich of probes: sends when the ramp says so, and tells it what came back.
final class RampRunner {
  private let order: RampOrder
  private let engine: Engine
  private let loop: any EventLoop
  private let classify: (Answer) -> Reading
  private let done: (RampRunner) -> Void
  private var ramp: Ramp
  private var lastSent: Int64?
  private var unanswered = 0
  private var isSending = false
  /// Refused or aborted: nothing more is sent, whatever the ramp would like.
  private var isStopped = false
  private var isDone = false
  private var followUp: ScheduleRunner?
  private var followUpIsDone = false
  private lazy var alarm = Alarm(on: loop) { [unowned self] in tick(isOnTime: true) }

  private(set) var sent = 0
  private(set) var refused = 0

  init(
    _ order: RampOrder, engine: Engine, loop: any EventLoop, classify: @escaping (Answer) -> Reading,
    done: @escaping (RampRunner) -> Void
  ) {
    self.order = order
    self.engine = engine
    self.loop = loop
    self.classify = classify
    self.done = done
    ramp = Ramp(order.specification)
  }

  var outcome: RampOutcome { ramp.outcome }

  func start() {
    keepSpare()
    tick(isOnTime: false)
  }

  func abort() {
    isStopped = true
    followUp?.abort()
    tick(isOnTime: false)
  }

  /// `isOnTime` when the alarm woke it: otherwise an answer may have made a request due in the past, which nobody could
  /// have sent earlier than now.
  private func tick(isOnTime: Bool) {
    guard !isSending, followUp == nil, !followUpIsDone else { return finishIfDone() }
    var isOnTime = isOnTime
    while !isStopped, !ramp.isFinished {
      let gap = ramp.gap()
      // Only an answer can change that, and it comes here.
      guard gap < .infinity else { return alarm.cancel() }
      let due = lastSent.map { $0 + Int64(gap * 1e9) } ?? order.start
      let now = MonotonicClock.now()
      guard due <= now else { return alarm.set(at: due) }
      send(planned: isOnTime || lastSent == nil && due > 0 ? due : now, at: now)
      isOnTime = false
    }
    alarm.cancel()
    startFollowUp()
  }

  private func send(planned: Int64, at now: Int64) {
    lastSent = now
    unanswered += 1
    isSending = true
    ramp.noteSent(at: Self.seconds(now))
    engine.send(
      cell: order.specification.cell, batch: order.batch, stage: order.specification.stage, planned: planned,
      answerDeadline: order.answerDeadline
    ) { [self] in take($0) }
    isSending = false
    keepSpare()
  }

  private func take(_ record: AgentRecord) {
    unanswered -= 1
    let reading: Reading
    if record.refusal == nil {
      sent += 1
      reading = classify(record.answer)
    } else {
      refused += 1
      isStopped = true
      reading = .void(.notSent)
    }
    if case .limited = reading { warmFollowUp() }
    ramp.received(
      sent: Self.seconds(record.timings.sent), latency: Self.seconds(record.timings.end - record.timings.sent),
      reading: reading)
    tick(isOnTime: false)
  }

  private func startFollowUp() {
    let now = MonotonicClock.now()
    let items =
      isStopped
      ? []
      : ramp.followUp().map { item in
        ScheduleOrder.Item(at: now + Int64(item.offset * 1e9), cell: item.cell)
      }
    guard !items.isEmpty else {
      followUpIsDone = true
      return finishIfDone()
    }
    let stage: Stage = order.specification.stage == .exhaust ? .probe : order.specification.stage
    let runner = ScheduleRunner(
      ScheduleOrder(batch: order.batch, stage: stage, items: items, answerDeadline: order.answerDeadline),
      engine: engine, loop: loop
    ) { [self] runner in
      sent += runner.sent
      refused += runner.refused
      followUpIsDone = true
      followUp = nil
      finishIfDone()
    }
    followUp = runner
    runner.start()
  }

  private func finishIfDone() {
    guard !isDone, followUpIsDone, unanswered == 0 else { return }
    isDone = true
    done(self)
  }

  /// Without keep-alive every request under way, and the next ones, need a connection of their own.
  private func keepSpare() {
    guard !isStopped, let vantage = engine.vantage(of: order.specification.cell) else { return }
    engine.keepSpare(engine.reusesConnections ? 2 : 2 + unanswered, at: vantage)
  }

  /// The sandwich leaves faster than connections come free.
  private func warmFollowUp() {
    let cells = order.specification.followUp + [order.specification.cell]
    let atOnce = Int(max(0, order.specification.roundTrip) / 0.005) + 2
    let counts = Dictionary(cells.compactMap { engine.vantage(of: $0) }.map { ($0, 2) }) { $0 + $1 }
    for (vantage, count) in counts { engine.keepSpare(min(count, atOnce), at: vantage) }
  }

  private static func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e9 }
}
