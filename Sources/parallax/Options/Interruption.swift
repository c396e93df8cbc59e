internal import Dispatch
internal import Foundation

/// Ctrl-C and SIGTERM stop the load and let the run end in order; a second Ctrl-C ends it at once.
final class Interruption {
  private let sources: [any DispatchSourceSignal]

  init(_ stop: @escaping @Sendable () async -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        signal(number, SIG_DFL)
        Terminal.complain("stopping: no further request is sent (once more to leave at once)")
        Task { await stop() }
      }
      source.resume()
      return source
    }
  }

  func cancel() {
    for source in sources { source.cancel() }
  }
}
