internal import Dispatch
internal import Foundation

/// Ctrl-C and SIGTERM stop the load and let the run end in order; once more ends it at once. Where a long wait is going
/// on that may be skipped, the first Ctrl-C only ends that wait.
final class Interruption {
  private let sources: [any DispatchSourceSignal]

  /// - Parameter skip: ends the present wait; false when there is none to skip.
  init(skip: @escaping @Sendable () async -> Bool, stop: @escaping @Sendable () async -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        Task {
          if number == SIGINT, await skip() {
            Terminal.complain("the wait is skipped; what is known is kept (once more to stop)")
            return
          }
          signal(number, SIG_DFL)
          Terminal.complain("stopping: no further request is sent (once more to leave at once)")
          await stop()
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
