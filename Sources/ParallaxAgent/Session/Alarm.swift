internal import NIOCore

/// At most one wake-up at a time on the event loop, at an instant of the monotonic clock. It ends with its owner: an action
/// may count on the owner to be there.
final class Alarm {
  /// Nanoseconds by which a wake-up in the past is put off: without it the loop would serve the alarm again and again
  /// and its sockets never.
  private static let nextTurn: Int64 = 10_000

  private let loop: any EventLoop
  private let action: () -> Void
  private var pending: NIOScheduledCallback?
  private lazy var wake = Wake(self)
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
        at: .uptimeNanoseconds(UInt64(max(0, instant))), handler: wake)
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

  deinit { pending?.cancel() }

  private func ring() {
    pending = nil
    instant = nil
    action()
  }

  /// What the loop keeps until the instant, so that it does not keep the alarm.
  private final class Wake: NIOScheduledCallbackHandler {
    private weak var alarm: Alarm?

    init(_ alarm: Alarm) { self.alarm = alarm }

    func handleScheduledCallback(eventLoop: some EventLoop) { alarm?.ring() }
  }
}
