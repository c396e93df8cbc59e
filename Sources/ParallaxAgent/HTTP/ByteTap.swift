internal import NIOCore

/// More bytes than an agent takes of one answer.
struct AnswerTooLarge: Error {}

/// Counts the plain bytes of an answer before they are parsed, and stops it where it is larger than an agent takes.
final class ByteTap: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// Bytes before the end of the headers; the parser has limits of its own, but not for endless interim answers.
  static let headLimit = 262_144

  private let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    do {
      try connection.received(bytes: unwrapInboundIn(data).readableBytes)
      context.fireChannelRead(data)
    } catch {
      connection.failed(error)
    }
  }
}
