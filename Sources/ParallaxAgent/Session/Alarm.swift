internal import NIOCore

/// At most one wake-up at a time on the event loop, at an instant of the monotonic clock. The loop keeps it until then, so
/// its action must not count on its owner: one that was aborted may be gone.
final class Alarm: NIOScheduledCallbackHandler {
  /// Nanoseconds by which a wake-up in the past is put off: without it the loop would serve the alarm again and again
  /// and its sockets never.
  private static let nextTurn: Int64 = 10_000

  private let loop: any EventLoop
  private let action: () -> Void
  private var pending: NIOScheduledCallback?
  private(set) var instant: Int64?

  init(on loop: any EventLoop, _ action: @escaping () -> Void) {
    self.loop = loop
    self.action = action
  }

  var isSet: Bool { instant != nil }

  /// Replaces an earlier setting. An instant in the past means the next turn of the loop, when it has served its
  /// sockets.
  func set(at wanted: Int64) {
    let instant = max(wanted, MonotonicClock.now() + Self.nextTurn)
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
