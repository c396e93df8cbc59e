internal import NIOCore
internal import ParallaxWire

/// What waits to go to the controller: records are gathered for a moment, everything else goes at once and never
/// overtakes a record.
final class Outbox {
  /// Nanoseconds for which a record may wait for company.
  private static let gathering: Int64 = 2_000_000

  private let channel: any Channel
  private let backlogLimit: Int
  private var batch = RecordBatch()
  private var pendingBytes = 0
  private lazy var alarm = Alarm(on: channel.eventLoop) { [unowned self] in flush() }

  init(channel: any Channel, backlogLimit: Int) {
    self.channel = channel
    self.backlogLimit = backlogLimit
  }

  /// The controller does not read as fast as records come: nothing more should be sent that makes records.
  var isCongested: Bool { pendingBytes > backlogLimit }

  func append(_ record: AgentRecord) {
    batch.append(record)
    if batch.isFull {
      flush()
    } else if !alarm.isSet {
      alarm.set(at: MonotonicClock.now() + Self.gathering)
    }
  }

  func send(_ message: AgentMessage) {
    flush()
    write(message.encoded(), then: nil)
  }

  /// The last message; the channel is closed when everything before it is written.
  func sendLast(_ message: AgentMessage?) {
    flush()
    let channel = channel
    let end = { channel.close(promise: nil) }
    if let message {
      write(message.encoded(), then: end)
    } else {
      // Nothing, but written after all that is still on its way.
      channel.writeAndFlush(ByteBuffer()).assumeIsolated().whenComplete { _ in end() }
    }
  }

  private func flush() {
    alarm.cancel()
    guard batch.count > 0 else { return }
    write(batch.payload, then: nil)
    batch = RecordBatch()
  }

  private func write(_ payload: [UInt8], then: (() -> Void)?) {
    let frame: [UInt8]
    do {
      frame = try Frame.encode(payload)
    } catch {
      // A batch is flushed long before the limit, and other messages are small.
      preconditionFailure("a message outgrew its frame: \(error)")
    }
    pendingBytes += frame.count
    channel.writeAndFlush(ByteBuffer(bytes: frame)).assumeIsolated().whenComplete { [self] _ in
      pendingBytes -= frame.count
      then?()
    }
  }
}
