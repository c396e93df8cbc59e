internal import Glibc
internal import NIOCore
internal import ParallaxModel
internal import ParallaxWire

/// What the agent does with each message of its controller. Lives on the event loop.
final class AgentSession {
  private let loop: any EventLoop
  private let outbox: Outbox
  private let ceiling: Ceiling
  private let relay: String?
  private let makeReader: ([LimitRule]) -> AnswerReader
  private var run = ""
  private var vantages: [Vantage] = []
  private var secrets: [Secret] = []
  private var clientKey: Secret?
  private var lease: (Lease, arrival: Int64)?
  private var work: Work?
  /// Whether the controller ever let it send.
  var wasLeased: Bool { lease != nil }
  /// After a fatal error or a farewell nothing more is heard.
  private(set) var isOver = false

  /// Exists from the plan on.
  private struct Work {
    let digest: String
    let engine: Engine
    let batches: BatchBook
  }

  init(
    loop: any EventLoop, outbox: Outbox, ceiling: Ceiling, relay: String?,
    makeReader: @escaping ([LimitRule]) -> AnswerReader
  ) {
    self.loop = loop
    self.outbox = outbox
    self.ceiling = ceiling
    self.relay = relay
    self.makeReader = makeReader
  }

  func greet() {
    outbox.send(
      .hello(
        AgentHello(
          version: AgentProcess.version, architecture: AgentProcess.architecture, processID: Int(getpid()),
          now: MonotonicClock.now())))
  }

  func handle(_ message: ControllerMessage, receivedAt: Int64) {
    guard !isOver else { return }
    do throws(PlanRefusal) {
      switch message {
      case .hello(let run): self.run = run
      case .assign(let vantages): try assign(vantages)
      case .plan(let bytes): try accept(bytes)
      case .secrets(let secrets): try adopt(secrets)
      case .clientKey(let key): clientKey = key
      case .lease(let lease):
        self.lease = (lease, receivedAt)
        work?.engine.renew(lease, at: receivedAt)
      case .ping(let sequence):
        outbox.send(.pong(sequence: sequence, receivedAt: receivedAt, sentAt: MonotonicClock.now()))
      case .schedule(let order): try planned().batches.start(order)
      case .ramp(let order): try planned().batches.start(order)
      case .flight(let order): try planned().batches.start(order)
      case .abort: abort()
      case .bye:
        isOver = true
        outbox.sendLast(nil)
      }
    } catch {
      fail(error)
    }
  }

  /// Tells the controller why, and ends the session. What it wrote before still arrives.
  func fail(_ refusal: PlanRefusal) {
    guard !isOver else { return }
    isOver = true
    abort()
    outbox.sendLast(.fatal(code: refusal.code, text: refusal.text))
  }

  private func assign(_ vantages: [Vantage]) throws(PlanRefusal) {
    guard work == nil else { throw .outOfOrder("vantages must be assigned before the plan comes") }
    self.vantages = vantages
  }

  private func accept(_ bytes: [UInt8]) throws(PlanRefusal) {
    let digest = RequestPlan.digest(ofEncoded: bytes)
    if let work {
      guard work.digest == digest else { throw .outOfOrder("a session has one plan") }
    } else {
      let plan: RequestPlan
      do {
        plan = try RequestPlan(encoded: bytes)
      } catch {
        throw .invalid("\(error)")
      }
      let reader = makeReader(plan.limitedWhen)
      let engine = try Engine(
        plan: plan, run: run, vantages: vantages, secrets: secrets, clientKey: clientKey, reader: reader,
        ceiling: ceiling, relay: relay, loop: loop, outbox: outbox
      ) { [unowned self] in stop(because: $0) }
      Precedence.takeRealTime(rate: plan.budget.rate)
      if let (lease, arrival) = lease { engine.renew(lease, at: arrival) }
      work = Work(
        digest: digest, engine: engine,
        batches: BatchBook(
          engine: engine, loop: loop, outbox: outbox, pendingLimit: ceiling.pending,
          classify: reader.read))
    }
    outbox.send(.planAccepted(digest: digest))
  }

  private func adopt(_ secrets: [Secret]) throws(PlanRefusal) {
    for secret in secrets where !RequestText.isFieldValue(secret.value) || secret.value.isEmpty {
      throw PlanRefusal(
        code: "secret_invalid", text: "the key \(secret.name) is empty or holds a line break or control character")
    }
    self.secrets = secrets
    try work?.engine.adopt(secrets)
  }

  private func planned() throws(PlanRefusal) -> Work {
    guard let work else { throw .outOfOrder("there is no plan yet") }
    return work
  }

  /// The engine has stopped already; what was ordered is refused, but not in the middle of an answer's reception.
  private func stop(because reason: String) {
    outbox.send(.stopped(reason: reason))
    loop.assumeIsolated().execute { [self] in abort() }
  }

  private func abort() {
    let now = MonotonicClock.now()
    work?.engine.abort(at: now)
    work?.batches.abort()
  }
}

extension PlanRefusal {
  fileprivate static func outOfOrder(_ text: String) -> PlanRefusal { PlanRefusal(code: "protocol_error", text: text) }
}
