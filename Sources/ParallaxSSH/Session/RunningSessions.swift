internal import CLibSSH2
internal import Glibc
internal import Synchronization

/// The threads of all sessions, so that the process does not end beneath them: when it exits, OpenSSL frees what its users
/// share, and a thread that is just saying good-bye to its server, or is itself ending, would use it after that.
enum RunningSessions {
  /// Seconds that the exit of the process waits for them. They need milliseconds.
  private static let patience = 2

  private struct State {
    var threads: [ObjectIdentifier: (session: Session, thread: pthread_t)] = [:]
    /// The process exits: from now on threads are waited for, not let go.
    var areEnding = false
  }

  private static let state = Mutex(State())

  /// Starts the thread of a session.
  static func start(_ session: Session, _ body: @escaping @Sendable () -> Void) throws(SSHError) {
    try state.withLock { state throws(SSHError) in
      let thread = try SystemThread.start(.joinable) {
        body()
        finish(session)
      }
      state.threads[ObjectIdentifier(session)] = (session, thread)
    }
  }

  private static func finish(_ session: Session) {
    state.withLock { state in
      guard !state.areEnding, let entry = state.threads.removeValue(forKey: ObjectIdentifier(session)) else { return }
      pthread_detach(entry.thread)
    }
  }

  /// Has all of them ended when the process exits. To be called once OpenSSL has registered its own clean-up: what is
  /// registered later runs first.
  static func endAtExit() {
    atexit { RunningSessions.endAll() }
  }

  private static func endAll() {
    let running = state.withLock { state in
      state.areEnding = true
      return state.threads.values.map { $0 }
    }
    for entry in running { entry.session.stop(SSHError(.closed, "the process ends")) }
    var limit = timespec()
    clock_gettime(CLOCK_REALTIME, &limit)
    limit.tv_sec += patience
    for entry in running { _ = parallax_timedjoin(entry.thread, &limit) }
  }
}
