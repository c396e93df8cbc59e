internal import Dispatch
internal import Foundation
internal import ParallaxFleet
internal import Synchronization

/// Ctrl-C and SIGTERM stop the load and let the run end in order; once more ends it at once. Where a long wait is going
/// on that may be skipped, a first Ctrl-C only ends that wait.
final class Interruption {
  /// Seconds within which a Ctrl-C after one that skipped a wait is meant for the run.
  private static let insistence = 3.0

  private let sources: [any DispatchSourceSignal]

  init(of run: ExperimentRun) {
    let lastSkip = LastSkip()
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        Task {
          if number == SIGINT, !lastSkip.isRecent(within: Self.insistence), await run.skipWait() {
            lastSkip.note()
            Terminal.complain("the wait is skipped (at once again: stop, to be resumed later)")
            return
          }
          signal(number, SIG_DFL)
          Terminal.complain("stopping: no further request is sent (once more to leave at once)")
          await run.stop(because: "interrupted by the user")
        }
      }
      source.resume()
      return source
    }
  }

  func cancel() {
    for source in sources { source.cancel() }
  }
}

/// When a wait was skipped last.
private final class LastSkip: Sendable {
  private let time = Mutex<ContinuousClock.Instant?>(nil)

  func note() { time.withLock { $0 = .now } }

  func isRecent(within seconds: Double) -> Bool {
    time.withLock { time in time.map { ContinuousClock.now - $0 < .seconds(seconds) } ?? false }
  }
}
