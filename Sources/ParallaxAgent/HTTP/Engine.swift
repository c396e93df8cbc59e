internal import NIOCore
internal import ParallaxModel
internal import ParallaxWire

/// Sends single requests and records what comes of them. Lives on the event loop; knows nothing of schedules.
final class Engine {
  /// Nanoseconds that unanswered requests get after an abort.
  private static let abortGrace: Int64 = 1_000_000_000
  /// Nanoseconds between looks at what is overdue.
  private static let sweep: Int64 = 10_000_000

  private let plan: RequestPlan
  private let run: String
  private let vantages: [Vantage]
  private let ceiling: Ceiling
  private let loop: any EventLoop
  private let outbox: Outbox
  private var governor: Governor
  private var book: RequestBook
  private var redactor: Redactor
  private let memory: HeadMemory
  private var pools: [String: any Pool] = [:]
  private var stopWatch: StopWatch
  /// Told once, when an answer has broken a stop rule; nothing is sent after it.
  private let onStop: (String) -> Void
  private var inFlight: [Int: Exchange] = [:]
  private var nextID = 0
  private lazy var sweeper = Alarm(on: loop) { [unowned self] in sweepOverdue() }

  init(
    plan: RequestPlan, run: String, vantages: [Vantage], secrets: [Secret], clientKey: Secret?, reader: AnswerReader,
    ceiling: Ceiling, relay: String?, loop: any EventLoop, outbox: Outbox, onStop: @escaping (String) -> Void
  ) throws(PlanRefusal) {
    try PlanCheck.check(plan)
    self.plan = plan
    self.run = run
    self.vantages = vantages
    self.ceiling = ceiling
    self.loop = loop
    self.outbox = outbox
    governor = Governor(budget: plan.budget, ceiling: ceiling)
    book = try RequestBook(plan: plan, run: run, vantages: vantages, secrets: secrets)
    redactor = Redactor(secrets)
    memory = HeadMemory(redactor: redactor)
    stopWatch = StopWatch(rules: plan.stopRules, reader: reader)
    self.onStop = onStop
    let security = try Endpoint.security(for: plan, clientKey: clientKey)
    for vantage in vantages {
      let endpoint = try Endpoint(plan: plan, vantage: vantage, security: security, through: relay)
      let connector = Connector(endpoint: endpoint, loop: loop)
      let clearance = { [unowned self] (exchange: Exchange, now: Int64) in mayStart(exchange, at: now) }
      pools[vantage.name] =
        switch plan.transport.version {
        case .http1:
          ConnectionPool(
            connector: connector, memory: memory, isReusable: plan.keepAlive, answerLimit: ceiling.answerBytes,
            clearance: clearance)
        case .http2:
          StreamPool(
            connector: connector,
            configuration: StreamPool.Configuration(
              streams: plan.keepAlive ? plan.transport.streams : 1, isReusable: plan.keepAlive,
              answerLimit: ceiling.answerBytes
            ) { [unowned self] in redactor }, clearance: clearance)
        }
    }
  }

  var charged: Int { governor.charged }
  var reusesConnections: Bool { plan.keepAlive }

  func adopt(_ secrets: [Secret]) throws(PlanRefusal) {
    book = try RequestBook(plan: plan, run: run, vantages: vantages, secrets: secrets)
    redactor = Redactor(secrets)
    memory.adopt(redactor)
  }

  func renew(_ lease: Lease, at now: Int64) { governor.renew(lease, at: now) }

  func abort(at now: Int64) {
    governor.abort()
    for exchange in inFlight.values { exchange.deadline = min(exchange.deadline, now + Self.abortGrace) }
    for pool in pools.values { pool.closeIdle(at: now) }
  }

  /// The vantage that a cell's requests leave from, nil for cells that are not this agent's.
  func vantage(of cell: Int) -> String? { book.entries[cell]?.vantage }

  /// Opens connections ahead of need.
  func keepSpare(_ count: Int, at vantage: String) {
    let now = MonotonicClock.now()
    guard governor.standing(at: now) == nil else { return }
    pools[vantage]?.keepSpare(count, at: now)
    watch(at: now)
  }

  /// Sends one request now, or refuses. `then` may be called before this returns.
  func send(
    cell: Int, batch: Int, stage: Stage, planned: Int64, answerDeadline: Int64?,
    then: @escaping (AgentRecord) -> Void
  ) {
    let now = MonotonicClock.now()
    let timings = Timings(planned: planned, sent: now, end: now)
    let id = nextID
    nextID += 1
    guard let entry = book.entries[cell], let pool = pools[entry.vantage] else {
      return refuse(.unprepared, id: id, batch: batch, cell: cell, stage: stage, timings: timings, then: then)
    }
    let refusal: Refusal? =
      outbox.isCongested
      ? .backlog : inFlight.count >= ceiling.inFlight ? .connections : governor.admit(cell: cell, at: now)
    if let refusal {
      return refuse(refusal, id: id, batch: batch, cell: cell, stage: stage, timings: timings, then: then)
    }
    let timeout = min(Int64(plan.timeout * 1e9), answerDeadline ?? .max)
    let exchange = Exchange(
      id: id, batch: batch, stage: stage, cell: cell, entry: entry, timings: timings, deadline: now + timeout,
      builder: AnswerBuilder(overlap: redactor.overlap)
    ) { [unowned self] in finished($0, $1, then: then) }
    inFlight[id] = exchange
    pool.carry(exchange, at: now)
    watch(at: now)
  }

  private func refuse(
    _ refusal: Refusal, id: Int, batch: Int, cell: Int, stage: Stage, timings: Timings,
    then: (AgentRecord) -> Void
  ) {
    let record = AgentRecord(
      id: id, batch: batch, cell: cell, stage: stage, timings: timings, answer: Answer(failure: .notSent),
      refusal: refusal)
    outbox.append(record)
    then(record)
  }

  private func finished(_ exchange: Exchange, _ failure: Answer.Failure?, then: (AgentRecord) -> Void) {
    inFlight[exchange.id] = nil
    var answer = exchange.builder.answer
    answer.undoGzip(limit: Answer.bodyLimit + redactor.overlap)
    answer.body = redactor.redacted(body: answer.body)
    answer.failure = failure
    let record = AgentRecord(
      id: exchange.id, batch: exchange.batch, cell: exchange.cell, stage: exchange.stage, timings: exchange.timings,
      answer: answer, refusal: failure == .notSent ? exchange.refusal ?? .connections : nil)
    outbox.append(record)
    if let reason = stopWatch.note(record) {
      governor.abort()
      onStop(reason)
    }
    then(record)
  }

  private func mayStart(_ exchange: Exchange, at now: Int64) -> Bool {
    guard let refusal = governor.standing(at: now) else { return true }
    exchange.refusal = refusal
    exchange.finish(.notSent, at: now)
    return false
  }

  private func watch(at now: Int64) {
    if !sweeper.isSet { sweeper.set(at: now + Self.sweep) }
  }

  private func sweepOverdue() {
    let now = MonotonicClock.now()
    for exchange in inFlight.values where exchange.deadline <= now {
      if let carrier = exchange.carrier {
        carrier.giveUp(exchange, .timeout, at: now)
      } else {
        pools[exchange.entry.vantage]?.withdraw(exchange)
        exchange.finish(.connectionTimeout, at: now)
      }
    }
    for pool in pools.values { pool.giveUpOverdue(at: now) }
    if !inFlight.isEmpty || pools.values.contains(where: \.hasComing) { watch(at: now) }
  }
}
