internal import ParallaxModel
internal import ParallaxWire

/// The controller's end of one agent: requests with answers over a duplex stream, a clock estimate that is refined all
/// the time, and the lease that keeps the agent alive.
actor AgentLink {
  /// Seconds a lease lives, and how often it is renewed: two renewals may be lost before the load stops.
  static let leaseLife = 6.0
  private static let renewal = 2.0
  /// Requests that a ramp's follow-up may send of each cell that it probes.
  static let probesInFollowUp = 3

  /// What an agent may send for every request that it was granted (an answer of the largest size with headers), and
  /// without any.
  private static let bytesPerRequest = 1 << 17
  private static let bytesWithoutRequests = 4 << 20
  /// Answers that may wait for somebody to ask for them.
  private static let answersKept = 64

  nonisolated let host: String
  private let stream: any DuplexStream
  private var decoder = FrameDecoder()
  var mailbox = Mailbox()
  var batches: [Int: BatchIntake] = [:]
  private var sequence: UInt64 = 0
  var batch = 0
  /// Bytes that came in.
  private var received = 0
  var charged = 0
  var granted = 0
  /// Requests granted so far of each cell, and so of each vantage and key.
  var allotted: [Int: Int] = [:]
  var chargedByCell: [Int: Int] = [:]
  /// Told once, when the agent stops by a rule of the plan.
  private var onStop: (@Sendable (String) -> Void)?
  private var notes: [String] = []
  private var clockEstimate: ClockEstimate?
  private var reader: Task<Void, Never>?
  private var keeper: Task<Void, Never>?

  init(host: String, stream: any DuplexStream) {
    self.host = host
    self.stream = stream
  }

  var clock: ClockEstimate {
    get throws {
      guard let clockEstimate else { throw ParallaxError(.linkFailed, "the clock of \(host) is not known yet") }
      return clockEstimate
    }
  }

  var failure: ParallaxError? { mailbox.failed }
  /// What the agent wanted said, for the run's diagnostics.
  var log: [String] { notes }

  // MARK: Setting up

  /// Waits for the agent's first frame and measures its clock. `deadline` in seconds.
  func open(run: String, deadline: Double = 15) async throws -> AgentHello {
    // Detached, so that an arrival is timed at once and not when this actor is free.
    reader = Task.detached { [stream] in
      do {
        while let chunk = try await stream.read() {
          let arrived = MonotonicClock.now
          guard await self.receive(chunk, at: arrived) else { return }
        }
        await self.ended(because: nil)
      } catch {
        await self.ended(because: error)
      }
    }
    guard case .hello(let hello) = try await answer(.hello, deadline: deadline, what: "the agent on \(host)") else {
      throw ParallaxError(.linkFailed, "the agent on \(host) did not greet")
    }
    try await send(.hello(run: run))
    for _ in 0..<8 { try await exchangeClocks() }
    return hello
  }

  /// Gives the agent its part; its digest of the plan must be ours.
  func prepare(
    vantages: [Vantage], plan: [UInt8], digest: String, keys: [ParallaxWire.Secret], clientKey: ParallaxWire.Secret?
  ) async throws {
    try await send(.assign(vantages))
    if let clientKey { try await send(.clientKey(clientKey)) }
    try await send(.plan(plan))
    guard case .planAccepted(let theirs) = try await answer(.plan, deadline: 15, what: "the agent on \(host)") else {
      throw ParallaxError(.linkFailed, "\(host) did not accept the plan")
    }
    guard theirs == digest else {
      throw ParallaxError(
        .linkFailed, "\(host) received another plan: its digest is \(theirs), ours \(digest)",
        remedy: "run 'parallax deploy' again; if it stays, the link to this host changes data")
    }
    try await send(.secrets(keys))
    keeper = Task { [weak self] in
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(Self.renewal))
        guard let self, await self.renew() else { return }
      }
    }
  }

  /// Asks for the agent's clock, and returns when the question came there, on that clock; nil if the answer is none.
  @discardableResult func exchangeClocks() async throws -> Int64? {
    sequence += 1
    let number = sequence
    let sent = MonotonicClock.now
    try await send(.ping(sequence: number))
    guard case .pong(_, let received, let answered) = try await answer(.pong(number), deadline: 10, what: host) else {
      return nil
    }
    let arrived = arrivals.removeValue(forKey: number) ?? MonotonicClock.now
    guard ClockEstimate.isPossible(sent: sent, received: received, answered: answered, arrived: arrived) else {
      throw await distrust("reports times that cannot be")
    }
    let estimate = ClockEstimate(sent: sent, received: received, answered: answered, arrived: arrived)
    if let known = clockEstimate, !known.agrees(with: estimate) {
      throw await distrust("has a clock that jumped by \(Int((estimate.offset - known.offset) / 1e6)) ms")
    }
    if clockEstimate == nil { clockEstimate = estimate } else { clockEstimate?.refine(with: estimate) }
    return received
  }

  /// Gives the link up: an agent that is wrong in one thing is not to be believed in anything.
  private func distrust(_ what: String) async -> ParallaxError {
    let error = BatchIntake.distrust(host, what)
    mailbox.fail(error)
    await stream.close()
    return error
  }

  /// When pongs came in, taken before any queueing of ours.
  private var arrivals: [UInt64: Int64] = [:]

  private func renew() async -> Bool {
    guard mailbox.failed == nil else { return false }
    try? await send(lease)
    _ = try? await exchangeClocks()
    return mailbox.failed == nil
  }

  var lease: ControllerMessage {
    .lease(
      Lease(
        granted: granted, validForMilliseconds: Int(Self.leaseLife * 1000),
        allotments: allotted.map { Lease.Allotment(cell: $0.key, granted: $0.value) }.sorted { $0.cell < $1.cell }))
  }

  /// Calls back when the agent has stopped by a rule of the plan.
  func whenStopped(_ call: @escaping @Sendable (String) -> Void) { onStop = call }

  /// Stops the load at once.
  func abort(reason: String) async {
    try? await send(.abort(reason: reason))
  }

  /// The same, and when the agent had the word at the latest, on our clock: it is asked for its clock right behind it.
  /// Nil where it does not answer.
  func abortHeard(reason: String) async -> Int64? {
    await abort(reason: reason)
    guard let heard = try? await exchangeClocks() else { return nil }
    return try? clock.controllerTime(heard)
  }

  func close() async {
    keeper?.cancel()
    try? await send(.bye)
    await stream.close()
    reader?.cancel()
    mailbox.fail(ParallaxError(.linkFailed, "the link to \(host) is closed"))
  }

  // MARK: The stream

  func send(_ message: ControllerMessage) async throws {
    if let failed = mailbox.failed { throw failed }
    do {
      try await stream.write(try message.frame())
    } catch {
      let wrapped = await broken(error)
      mailbox.fail(wrapped)
      throw wrapped
    }
  }

  func answer(_ label: Mailbox.Label, deadline: Double, what: String) async throws -> AgentMessage {
    try await withDeadline(deadline, what) {
      try await self.next(label)
    } onTimeout: {
      await self.giveUp(on: what)
    }
  }

  private func next(_ label: Mailbox.Label) async throws -> AgentMessage {
    try await withCheckedThrowingContinuation { mailbox.take(label, $0) }
  }

  private func giveUp(on what: String) async {
    mailbox.fail(ParallaxError(.linkFailed, "\(what) fell silent"))
    await stream.close()
  }

  /// Takes in a chunk; false when the link is over.
  private func receive(_ chunk: [UInt8], at time: Int64) -> Bool {
    do {
      received += chunk.count
      guard received <= Self.bytesWithoutRequests + granted * Self.bytesPerRequest else {
        throw BatchIntake.distrust(host, "sends more than its requests can account for")
      }
      decoder.append(chunk)
      while let payload = try decoder.next() {
        try deliver(try AgentMessage(encoded: payload), at: time)
      }
      return true
    } catch {
      mailbox.fail(error as? ParallaxError ?? Self.misunderstood(error, from: host))
      // It must not go on sending to nobody.
      Task { [stream] in await stream.close() }
      return false
    }
  }

  private static func misunderstood(_ error: any Error, from host: String) -> ParallaxError {
    guard case .versionMismatch(let theirs)? = error as? WireError else {
      return ParallaxError(.linkFailed, "\(host) answered something else", cause: "\(error)")
    }
    return ParallaxError(
      .linkFailed, "the agent on \(host) speaks version \(theirs) of the protocol, not \(Frame.version)",
      remedy: "name the agent that was built with this program: --agent FILE")
  }

  private func deliver(_ message: AgentMessage, at time: Int64) throws {
    switch message {
    case .hello: mailbox.put(message, for: .hello)
    case .planAccepted: mailbox.put(message, for: .plan)
    case .pong(let number, _, _):
      guard number <= sequence, arrivals.count < Self.answersKept else {
        throw BatchIntake.distrust(host, "answers what it was not asked")
      }
      arrivals[number] = time
      mailbox.put(message, for: .pong(number))
    case .records(let records):
      for record in records {
        guard batches[record.batch] != nil else {
          throw BatchIntake.distrust(host, "reports requests that it was not asked for")
        }
        try batches[record.batch]?.take(record)
        if record.refusal == nil { chargedByCell[record.cell, default: 0] += 1 }
      }
    case .batchDone(let done):
      guard let intake = batches[done.batch], intake.canBe(done), (charged...granted).contains(done.charged) else {
        throw BatchIntake.distrust(host, "reports numbers of requests that cannot be")
      }
      mailbox.put(message, for: .batch(done.batch))
    case .stopped(let reason):
      onStop?(reason)
      onStop = nil
    case .log(let text): notes = Array((notes + [text]).suffix(50))
    case .fatal(let code, let text):
      throw ParallaxError(.linkFailed, "the agent on \(host) gave up: \(text)", cause: code)
    }
  }

  private func ended(because error: (any Error)?) async {
    mailbox.fail(await broken(error))
  }

  private func broken(_ error: (any Error)?) async -> ParallaxError {
    let said = await stream.diagnostics().split(separator: "\n").suffix(3).joined(separator: "; ")
    let noise = String(decoding: decoder.noise.suffix(200), as: UTF8.self)
    let cause = [error.map { "\($0)" }, said.isEmpty ? nil : said, noise.isEmpty ? nil : noise].compactMap { $0 }
    return ParallaxError(
      .linkFailed, "the link to \(host) broke",
      cause: cause.isEmpty ? "its stream ended" : cause.joined(separator: "; "))
  }
}
