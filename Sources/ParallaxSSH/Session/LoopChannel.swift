internal import Glibc

/// A channel as the session's loop serves it.
protocol LoopChannel: AnyObject {
  /// Moves what can be moved. False if nothing could.
  func progress(_ transport: Transport) -> Bool
  var isFinished: Bool { get }
  /// It has bytes that wait for the server's window or for the socket.
  var isSending: Bool { get }
  /// The caller is done with it.
  func close()
  /// The session is over; libssh2 frees the channel with it.
  func abandon(_ reason: SSHError)
  /// What else is to be waited for, if it has a descriptor of its own.
  var waitsFor: pollfd? { get }
}

extension LoopChannel {
  var waitsFor: pollfd? { nil }
  var isSending: Bool { false }
}
