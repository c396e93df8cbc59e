internal import NIOCore

/// At most one wake-up at a time on the event loop, at an instant of the monotonic clock.
final class Alarm: NIOScheduledCallbackHandler {
  private let loop: any EventLoop
  private let action: () -> Void
  private var pending: NIOScheduledCallback?
  private(set) var instant: Int64?

  init(on loop: any EventLoop, _ action: @escaping () -> Void) {
    self.loop = loop
    self.action = action
  }

  var isSet: Bool { instant != nil }

  /// Replaces an earlier setting. An instant in the past means the next turn of the loop.
  func set(at instant: Int64) {
    guard instant != self.instant else { return }
    cancel()
    self.instant = instant
    do {
      pending = try loop.assumeIsolated().scheduleCallback(
        at: .uptimeNanoseconds(UInt64(max(0, instant))), handler: self)
    } catch {
      // Only a loop that is shutting down refuses, and then there is nothing left to wake for.
      self.instant = nil
    }
  }

  func cancel() {
    pending?.cancel()
    pending = nil
    instant = nil
  }

  func handleScheduledCallback(eventLoop: some EventLoop) {
    pending = nil
    instant = nil
    action()
  }
}
