internal import CLibSSH2
internal import Glibc

/// A channel whose bytes come from a local socket and go to it, in both directions until both have ended.
final class RelayedChannel: LoopChannel {
  private static let chunk = 1 << 16

  private let handle: OpaquePointer
  private let socket: OwnedDescriptor
  private var toServer = Pending()
  private var toSocket = Pending()
  private var socketEnded = false
  private var serverEnded = false
  private var closing = false
  private(set) var isFinished = false

  /// Bytes on their way.
  private struct Pending {
    var bytes: [UInt8] = []
    var sent = 0
    var isEmpty: Bool { sent == bytes.count }
  }

  init(handle: OpaquePointer, socket: OwnedDescriptor) {
    self.handle = handle
    self.socket = socket
  }

  func close() { closing = true }

  func abandon(_ reason: SSHError) {
    isFinished = true
    shutdown(socket.number, Int32(SHUT_RDWR))
  }

  var waitsFor: pollfd? {
    let events = (toServer.isEmpty && !socketEnded ? POLLIN : 0) | (toSocket.isEmpty ? 0 : POLLOUT)
    return events == 0 ? nil : pollfd(fd: socket.number, events: Int16(events), revents: 0)
  }

  func progress(_ transport: Transport) -> Bool {
    if closing { return finish() }
    let received = fromServer(transport)
    let sent = fromSocket(transport)
    if socketEnded, serverEnded, toSocket.isEmpty, toServer.isEmpty { closing = true }
    return received || sent || closing
  }

  private func fromServer(_ transport: Transport) -> Bool {
    var progress = false
    while !closing {
      if toSocket.isEmpty {
        guard !serverEnded, let bytes = read(transport) else { break }
        toSocket = Pending(bytes: bytes)
        if bytes.isEmpty { return true }
      }
      let count = toSocket.bytes.withUnsafeBytes {
        send(
          socket.number, $0.baseAddress! + toSocket.sent, $0.count - toSocket.sent,
          Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      if count > 0 {
        toSocket.sent += count
        progress = true
      } else if errno == EAGAIN {
        break
      } else if errno != EINTR {
        closing = true
      }
    }
    return progress
  }

  /// What the server has for the socket; empty at its end, nil if there is nothing yet.
  private func read(_ transport: Transport) -> [UInt8]? {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, initialized in
      count = buffer.withMemoryRebound(to: CChar.self) {
        libssh2_channel_read_ex(handle, 0, $0.baseAddress, $0.count)
      }
      initialized = max(0, count)
    }
    if count > 0 { return bytes }
    transport.check(count)
    guard libssh2_channel_eof(handle) == 1 else { return nil }
    serverEnded = true
    shutdown(socket.number, Int32(SHUT_WR))
    return []
  }

  private func fromSocket(_ transport: Transport) -> Bool {
    var progress = false
    while !closing, transport.pendingOutput < Transport.highWater {
      if toServer.isEmpty {
        guard !socketEnded, let bytes = receive() else { break }
        toServer = Pending(bytes: bytes)
        if bytes.isEmpty {
          socketEnded = true
          // With the answer still to come: only our direction has ended.
          if libssh2_channel_send_eof(handle) < 0 { closing = serverEnded }
          return true
        }
      }
      let count = toServer.bytes.withUnsafeBufferPointer { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          libssh2_channel_write_ex(handle, 0, $0.baseAddress! + toServer.sent, $0.count - toServer.sent)
        }
      }
      guard count > 0 else {
        // The far end no longer takes anything, or its window is used up.
        if count != Int(LIBSSH2_ERROR_EAGAIN), libssh2_channel_eof(handle) == 1 {
          closing = true
        } else {
          transport.check(count)
        }
        break
      }
      toServer.sent += count
      progress = true
    }
    return progress
  }

  private func receive() -> [UInt8]? {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, initialized in
      count = recv(socket.number, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
      initialized = max(0, count)
    }
    if count >= 0 { return bytes }
    if errno != EAGAIN, errno != EINTR { closing = true }
    return nil
  }

  private func finish() -> Bool {
    if libssh2_channel_close(handle) == LIBSSH2_ERROR_EAGAIN { return false }
    _ = libssh2_channel_free(handle)
    shutdown(socket.number, Int32(SHUT_RDWR))
    isFinished = true
    return true
  }
}
