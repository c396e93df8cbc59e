internal import CLibSSH2
internal import Glibc

/// The socket, seen by libssh2 through two callbacks: it asks for input and hands over output, and never waits.
///
/// libssh2's own handling of a full socket is a trap: after a partial send, the same call must be repeated with the
/// same bytes before anything else is sent, on whatever channel. Here its output goes into a buffer that always
/// accepts, so no call is ever half done for want of room; the loop stops offering data while the buffer is well
/// filled. The end of the input is kept from libssh2 until it has handed out all that came before.
final class Transport {
  enum Ending: Equatable {
    case closedByPeer
    case failed(Int32)
    /// libssh2 cannot go on: a wrong MAC, a malformed packet.
    case broken(Int32)
  }

  /// The loop hands over no more channel data while this much waits for the socket: the kernel's own buffer keeps that
  /// busy meanwhile, and there is one of ours for each host.
  static let highWater = 1 << 18
  /// Sent as it comes once this much has gathered: 32 KiB packets then share a system call.
  private static let burst = 1 << 16
  /// Four of the server's messages about what the command took, which come every 96 KiB: with little more than one, this end
  /// and the host's took turns instead of working at the same time (0.67 of scp's rate instead of 1.0).
  private static let reserve: UInt = 3 << 17
  private static let bytesPerMicrosecond: UInt = 200
  /// What an idle session keeps of its output buffer.
  private static let idleOutput = 1 << 14
  private static let transcriptLimit = 1 << 16

  private let socket: OwnedDescriptor
  private(set) var ending: Ending?
  /// What the server gave as its reason when it said good-bye.
  private(set) var farewell: String?
  /// Bytes received, for telling whether a pass over the channels may have left something in libssh2's queues.
  private(set) var received: UInt64 = 0
  /// libssh2 asked for input and there was none: it is worth polling for.
  var starved = false
  /// Input kept for explaining a failed handshake; nil once there is no more need.
  var transcript: [UInt8]? = []
  /// From now on libssh2 is told that the connection is gone, so that it frees its things without waiting for answers.
  var abandoned = false

  private var output: [UInt8] = []
  private var outputHead = 0
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
  private var unread: Range<Int> = 0..<0

  init(descriptor: OwnedDescriptor) {
    socket = descriptor
  }

  var descriptor: Int32 { socket.number }

  deinit {
    input.deallocate()
  }

  var pendingOutput: Int { output.count - outputHead }

  /// Bytes that may be under way at once: what the round trip needs at full speed, and some for the command to work on.
  /// No bound where the round trip is not known.
  var reach: UInt {
    var info = tcp_info()
    var size = socklen_t(MemoryLayout<tcp_info>.size)
    guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &size) == 0 else { return .max }
    return Self.reserve + UInt(info.tcpi_rtt) * Self.bytesPerMicrosecond
  }

  /// Sends what the socket takes at once.
  func flush() {
    while outputHead < output.count, ending == nil {
      let count = output.withUnsafeBytes { bytes in
        send(
          descriptor, bytes.baseAddress! + outputHead, bytes.count - outputHead,
          Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      if count >= 0 {
        outputHead += count
      } else if errno == EAGAIN {
        break
      } else if errno != EINTR {
        ending = .failed(errno)
      }
    }
    if outputHead == output.count {
      output.removeAll(keepingCapacity: true)
      outputHead = 0
    } else if outputHead > Self.highWater {
      output.removeFirst(outputHead)
      outputHead = 0
    }
  }

  /// The session has nothing to do: a buffer that grew with an upload is not kept for the hours that an agent may run.
  func rest() {
    if output.isEmpty, output.capacity > Self.idleOutput { output = [] }
  }

  /// Notes what a libssh2 call returned: but for "would block", an error leaves no session to go on with.
  func check(_ status: Int) {
    if status < 0, status != Int(LIBSSH2_ERROR_EAGAIN), ending == nil { ending = .broken(Int32(status)) }
  }

  private func accept(_ bytes: UnsafeRawBufferPointer) -> Int {
    if abandoned || ending != nil { return -Int(EPIPE) }
    output += bytes
    if pendingOutput >= Self.burst { flush() }
    return bytes.count
  }

  private func supply(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    if abandoned { return -Int(ECONNRESET) }
    if unread.isEmpty { refill() }
    guard !unread.isEmpty else {
      starved = true
      return -Int(EAGAIN)
    }
    let count = min(buffer.count, unread.count)
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[unread.prefix(count)]))
    unread = unread.dropFirst(count)
    return count
  }

  private func refill() {
    guard ending == nil else { return }
    let count = recv(descriptor, input.baseAddress!, input.count, Int32(MSG_DONTWAIT))
    if count > 0 {
      unread = 0..<count
      received += UInt64(count)
      if let kept = transcript?.count, kept < Self.transcriptLimit {
        transcript?.append(contentsOf: input.prefix(min(count, Self.transcriptLimit - kept)))
      }
    } else if count == 0 {
      ending = .closedByPeer
    } else if errno != EAGAIN, errno != EINTR {
      ending = .failed(errno)
    }
  }

  // MARK: libssh2's callbacks

  /// What to pass to `libssh2_session_init_ex` as its abstract pointer; the transport must outlive the session.
  var abstract: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  func attach(to session: OpaquePointer) {
    parallax_ssh2_set_transport(
      session,
      { _, buffer, length, _, abstract in
        Transport.of(abstract).accept(UnsafeRawBufferPointer(start: buffer, count: length))
      },
      { _, buffer, length, _, abstract in
        Transport.of(abstract).supply(UnsafeMutableRawBufferPointer(start: buffer, count: length))
      },
      { _, _, message, length, _, _, abstract in
        let bytes = UnsafeRawBufferPointer(start: message, count: message == nil ? 0 : Int(length))
        // Only printable characters: this is the server's text, and it may reach a terminal.
        let text = String(decoding: bytes.prefix(200).filter { (0x20..<0x7F).contains($0) }, as: UTF8.self)
        let transport = Transport.of(abstract)
        transport.farewell = text
        transport.ending = transport.ending ?? .closedByPeer
      })
  }

  private static func of(_ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> Transport {
    Unmanaged<Transport>.fromOpaque(abstract!.pointee!).takeUnretainedValue()
  }

  /// How the connection ended, in words.
  var endingReason: String? {
    if let farewell, !farewell.isEmpty { return "the server ended the session: \(farewell)" }
    switch ending {
    case nil: return nil
    case .closedByPeer: return "the server closed the connection"
    case .failed(let number): return "the connection broke: \(String(cString: strerror(number)))"
    case .broken(let status): return "the connection is out of step (libssh2 \(status))"
    }
  }
}
