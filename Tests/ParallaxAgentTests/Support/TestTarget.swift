internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// A well-behaved HTTP server on a loopback address that remembers what it was asked.
final class TestTarget: Sendable {
  struct Request: Sendable {
    var method: String
    var uri: String
    var headers: [String: String]
    /// The client's address.
    var client: String
    /// Counts from 0; requests of one connection have the same number.
    var connection: Int
  }

  struct Response: Sendable {
    var status = 200
    var headers: [(String, String)] = []
    var body = "hello"
    /// A body that is no text, instead.
    var data: [UInt8]?
    var bytes: ByteBuffer { data.map { ByteBuffer(bytes: $0) } ?? ByteBuffer(string: body) }
    /// Milliseconds.
    var delay: Int64 = 0
  }

  private struct Seen {
    var requests: [Request] = []
    var connections = 0
  }

  private let seen = Mutex(Seen())
  private let channel: any Channel

  var port: Int { channel.localAddress!.port! }
  var requests: [Request] { seen.withLock { $0.requests } }
  var connections: Int { seen.withLock { $0.connections } }

  /// `respond` gets the request and how many came before it.
  init(
    address: String = "127.0.0.1", tls certificate: String? = nil, clients authority: String? = nil,
    http2: Bool = false,
    respond: @escaping @Sendable (Request, Int) -> Response = { _, _ in Response() }
  ) async throws {
    let security = try certificate.map { try Self.serverContext($0, clients: authority, http2: http2) }
    let recorder = Recorder()
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let security { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: security)) }
          let number = recorder.opened()
          let responder = { @Sendable in Responder(connection: number, of: channel) { recorder.received($0, respond) } }
          if http2 {
            _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
              mode: .server, connectionConfiguration: .init(), streamConfiguration: .init()
            ) { stream in
              stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandlers([HTTP2FramePayloadToHTTP1ServerCodec(), responder()])
              }
            }
          } else {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline()
            try channel.pipeline.syncOperations.addHandler(responder())
          }
        }
      }
      .bind(host: address, port: 0).get()
    recorder.target.withLock { $0 = self }
  }

  func close() async { try? await channel.close() }

  /// `clients` is the authority by which clients must be certified.
  static func serverContext(
    _ certificate: String, clients authority: String? = nil, http2: Bool = false
  ) throws -> NIOSSLContext {
    let certificates = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
    let key = try NIOSSLPrivateKey(bytes: Array(TestCertificates.serverKey.utf8), format: .pem)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key))
    if http2 { configuration.applicationProtocols = ["h2"] }
    if let authority {
      configuration.certificateVerification = .noHostnameVerification
      configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
    }
    return try NIOSSLContext(configuration: configuration)
  }

  /// Stands between the channels, which exist before the target does, and the target.
  private final class Recorder: Sendable {
    let target = Mutex<TestTarget?>(nil)

    func opened() -> Int {
      target.withLock { $0 }?.seen.withLock { seen in
        seen.connections += 1
        return seen.connections - 1
      } ?? 0
    }

    func received(_ request: Request, _ respond: (Request, Int) -> Response) -> Response {
      let before =
        target.withLock { $0 }?.seen.withLock { seen in
          seen.requests.append(request)
          return seen.requests.count - 1
        } ?? 0
      return respond(request, before)
    }
  }
}

private final class Responder: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let connection: Int
  /// Its channel; a stream of HTTP/2 has one of its own.
  private let parent: any Channel
  private let respond: (TestTarget.Request) -> TestTarget.Response
  private var head: HTTPRequestHead?

  init(connection: Int, of parent: any Channel, respond: @escaping (TestTarget.Request) -> TestTarget.Response) {
    self.connection = connection
    self.parent = parent
    self.respond = respond
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body: break
    case .end: answer(context)
    }
  }

  private func answer(_ context: ChannelHandlerContext) {
    guard let head else { return }
    let response = respond(
      TestTarget.Request(
        method: head.method.rawValue, uri: head.uri,
        headers: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $0 + "," + $1 },
        client: parent.remoteAddress?.ipAddress ?? "", connection: connection))
    let channel = context.channel
    let write = { @Sendable in
      var headers = HTTPHeaders(response.headers)
      headers.add(name: "Content-Length", value: "\(response.bytes.readableBytes)")
      channel.write(
        HTTPServerResponsePart.head(
          HTTPResponseHead(version: .http1_1, status: .init(statusCode: response.status), headers: headers)),
        promise: nil)
      if head.method != .HEAD {
        channel.write(HTTPServerResponsePart.body(.byteBuffer(response.bytes)), promise: nil)
      }
      let end = channel.writeAndFlush(HTTPServerResponsePart.end(nil))
      if !head.isKeepAlive { end.whenComplete { _ in channel.close(promise: nil) } }
    }
    if response.delay > 0 {
      context.eventLoop.scheduleTask(in: .milliseconds(response.delay), write)
    } else {
      write()
    }
  }
}
