internal import CLibSSH2

/// Something on its way to a channel of its own. libssh2 opens one at a time.
protocol ChannelOpening: AnyObject {
  var waiter: Waiter<Void> { get }
  /// Goes on as far as the server's answers allow. Once begun it is seen through, even if the waiter has gone: libssh2
  /// could not open another channel otherwise.
  func progress(_ session: OpaquePointer, _ transport: Transport) -> OpeningOutcome
}

enum OpeningOutcome {
  case pending
  /// A channel to serve, if one came of it; the waiter has been told.
  case settled((any LoopChannel)?)
}

/// A command: first the channel is opened, then the command started in it.
final class Opening: ChannelOpening {
  let waiter: Waiter<Void>
  private let command: String
  private let streams: ChannelStreams
  private var begun = false
  private var channel: OpaquePointer?

  init(command: String, streams: ChannelStreams, waiter: Waiter<Void>) {
    self.command = command
    self.streams = streams
    self.waiter = waiter
  }

  func progress(_ session: OpaquePointer, _ transport: Transport) -> OpeningOutcome {
    if !begun, waiter.isSettled { return .settled(nil) }
    begun = true
    guard let channel = channel ?? parallax_ssh2_open_session_channel(session) else {
      let status = libssh2_session_last_errno(session)
      if status == LIBSSH2_ERROR_EAGAIN { return .pending }
      return refused(status, transport, "the server opens no further channel", remedy: "its MaxSessions may be reached")
    }
    self.channel = channel
    var command = command
    let status = command.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        parallax_ssh2_exec(channel, $0.baseAddress, UInt32($0.count))
      }
    }
    if status == LIBSSH2_ERROR_EAGAIN { return .pending }
    let served = ServedChannel(handle: channel, session: session, streams: streams)
    if status != 0 {
      _ = refused(status, transport, "the server starts no command", remedy: nil)
      served.close()
    } else if !waiter.succeed(()) {
      served.close()
    }
    return .settled(served)
  }

  private func refused(_ status: Int32, _ transport: Transport, _ message: String, remedy: String?)
    -> OpeningOutcome
  {
    // Either the server said no, or the whole session is done for.
    if status != LIBSSH2_ERROR_CHANNEL_FAILURE && status != LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED {
      transport.check(Int(status))
    }
    waiter.fail(SSHError(.channelFailed, "\(streams.endpoint): \(message)", remedy: remedy, underlying: status))
    return .settled(nil)
  }
}
