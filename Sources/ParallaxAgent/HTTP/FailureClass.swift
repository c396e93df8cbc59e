internal import Glibc
internal import NIOCore
internal import NIOHTTP2
internal import NIOSSL
internal import ParallaxModel

/// The source address could not be bound.
struct SourceAddressRefused: Error {
  let cause: any Error
}

extension Answer.Failure {
  /// Why a connection did not come to stand.
  init(connecting error: any Error) {
    switch error {
    case is SourceAddressRefused: self = .sourceAddress
    case let error as IOError: self.init(errno: error.errnoCode, otherwise: .unreachable)
    case is any NIOHTTP2Error: self = .invalidResponse
    case ChannelError.connectTimeout: self = .connectionTimeout
    case is ChannelError: self = .reset
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: self = .tls
    default: self = .unreachable
    }
  }

  /// Why a connection that stood did not bring a complete answer.
  init(answering error: any Error) {
    switch error {
    case is NIOHTTP2Errors.ExcessivelyLargeHeaderBlock, is NIOHTTP2Errors.ExcessiveContinuationFrames: self = .tooLarge
    case is any NIOHTTP2Error: self = .invalidResponse
    case let error as IOError: self.init(errno: error.errnoCode, otherwise: .reset)
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: self = .tls
    default: self = .reset
    }
  }

  private init(errno: CInt, otherwise: Answer.Failure) {
    switch errno {
    case ECONNREFUSED: self = .connectionRefused
    case ETIMEDOUT: self = .connectionTimeout
    case ECONNRESET, EPIPE, ECONNABORTED: self = .reset
    case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EACCES, EPERM: self = .unreachable
    // The host gives no more sockets or ports.
    case EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL: self = .notSent
    default: self = otherwise
    }
  }
}
