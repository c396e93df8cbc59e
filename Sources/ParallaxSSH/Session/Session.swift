internal import CLibSSH2
internal import Glibc
internal import Synchronization

/// The side of a session that any task may touch: a mailbox to its thread, and a descriptor that wakes it.
///
/// libssh2 wants a session used by one thread at a time, so each has a thread of its own (`SessionLoop`), which owns
/// the socket and everything of libssh2's. Callers leave work here and are resumed when it is done.
final class Session: Sendable {
  typealias Instant = ContinuousClock.Instant

  struct Job: Sendable {
    let run: @Sendable (SessionLoop) -> Void
    let abandon: @Sendable (SSHError) -> Void
  }

  private struct Deadline {
    let instant: Instant
    let error: SSHError
    let waiter: any Abandonable
  }

  private struct Mailbox {
    var jobs: [Job] = []
    var deadlines: [Deadline] = []
    /// Why the thread is to end, as soon as somebody wants it to.
    var stop: SSHError?
    /// Why it has ended.
    var ended: SSHError?
    /// When the thread will look at the deadlines next; nil if it sleeps until it is woken.
    var sleepsUntil: Instant?
  }

  enum WaitOutcome {
    case ready(Int16)
    case woken
    case timedOut
  }

  private let mailbox = Mutex(Mailbox())
  private let wakeup: Int32

  init() throws(SSHError) {
    wakeup = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard wakeup >= 0 else { throw SSHError(.system, "eventfd: \(String(cString: strerror(errno)))") }
  }

  deinit {
    close(wakeup)
  }

  // MARK: For any task

  func wake() {
    eventfd_write(wakeup, 1)
  }

  /// Asks the thread to end; the first reason is kept.
  func stop(_ reason: SSHError) {
    mailbox.withLock { if $0.stop == nil { $0.stop = reason } }
    wake()
  }

  /// Runs `body` on the session's thread and returns what it returns.
  func perform<Value: Sendable>(
    _ body: @escaping @Sendable (SessionLoop) throws(SSHError) -> Value
  ) async throws(SSHError) -> Value {
    try await Waiter.wait { waiter in
      submit(
        Job(
          run: { loop in
            do throws(SSHError) {
              waiter.succeed(try body(loop))
            } catch {
              waiter.fail(error)
            }
          },
          abandon: { waiter.fail($0) }))
    }
  }

  func submit(_ job: Job) {
    let ended = mailbox.withLock { mailbox in
      if mailbox.ended == nil { mailbox.jobs.append(job) }
      return mailbox.ended
    }
    if let ended { job.abandon(ended) } else { wake() }
  }

  /// Fails the waiter with `.timedOut` and the message, unless it is settled within the time. Without a time, never.
  func expire(_ waiter: some Abandonable, after timeout: Duration?, _ message: @autoclosure () -> String) {
    guard let timeout, !waiter.isSettled else { return }
    let instant = ContinuousClock.now + timeout
    let error = SSHError(.timedOut, "\(message()) within \(timeout)")
    let (ended, mustWake) = mailbox.withLock { mailbox in
      mailbox.deadlines.append(Deadline(instant: instant, error: error, waiter: waiter))
      return (mailbox.ended, mailbox.sleepsUntil.map { instant < $0 } ?? true)
    }
    if let ended { waiter.fail(ended) } else if mustWake { wake() }
  }

  // MARK: For the session's thread

  /// What has come in since last time; throws if the thread is to end.
  func takeJobs() throws(SSHError) -> [Job] {
    let (jobs, stop) = mailbox.withLock { mailbox in
      defer { mailbox.jobs = [] }
      return (mailbox.jobs, mailbox.stop)
    }
    if let stop {
      for job in jobs { job.abandon(stop) }
      throw stop
    }
    return jobs
  }

  func throwIfStopped() throws(SSHError) {
    if let stop = mailbox.withLock({ $0.stop }) { throw stop }
  }

  /// Waits until the descriptor has one of the events, somebody wakes the thread, or the instant comes.
  ///
  /// - Parameter others: descriptors whose events only wake the thread.
  func wait(
    for descriptor: Int32, events: Int16, until limit: Instant? = nil, others: [pollfd] = []
  ) -> WaitOutcome {
    let next = mailbox.withLock { mailbox in
      mailbox.deadlines.removeAll { $0.waiter.isSettled }
      let next = (mailbox.deadlines.map(\.instant) + [limit].compactMap(\.self)).min()
      mailbox.sleepsUntil = next
      return next
    }
    var polled =
      [pollfd(fd: descriptor, events: events, revents: 0), pollfd(fd: wakeup, events: Int16(POLLIN), revents: 0)]
      + others
    let count = poll(&polled, nfds_t(polled.count), next.map(Self.milliseconds(until:)) ?? -1)
    expireDeadlines()
    if count > 0, polled[1].revents != 0 {
      var value: eventfd_t = 0
      eventfd_read(wakeup, &value)
    }
    if count > 0 { return polled[0].revents == 0 ? .woken : .ready(polled[0].revents) }
    if let limit, ContinuousClock.now >= limit { return .timedOut }
    return .woken
  }

  /// The thread's last act: whoever still waits, or comes later, gets the reason.
  func end(_ reason: SSHError) {
    let (jobs, deadlines) = mailbox.withLock { mailbox in
      mailbox.ended = reason
      defer {
        mailbox.jobs = []
        mailbox.deadlines = []
      }
      return (mailbox.jobs, mailbox.deadlines)
    }
    for job in jobs { job.abandon(reason) }
    for deadline in deadlines { deadline.waiter.fail(reason) }
  }

  func expireDeadlines() {
    let now = ContinuousClock.now
    let due = mailbox.withLock { mailbox in
      mailbox.sleepsUntil = now
      guard mailbox.deadlines.contains(where: { $0.instant <= now }) else { return [Deadline]() }
      let due = mailbox.deadlines.filter { $0.instant <= now }
      mailbox.deadlines.removeAll { $0.instant <= now }
      return due
    }
    for deadline in due { deadline.waiter.fail(deadline.error) }
  }

  /// Rounded up, so that a deadline has come when poll returns.
  private static func milliseconds(until instant: Instant) -> Int32 {
    let left = ContinuousClock.now.duration(to: instant)
    guard left > .zero else { return 0 }
    return Int32(clamping: Int((left / .milliseconds(1)).rounded(.up)))
  }
}
