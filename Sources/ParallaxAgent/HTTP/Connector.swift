internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Opens the channels of one endpoint.
struct Connector {
  /// Linux's IP_BIND_ADDRESS_NO_PORT: the port is chosen when connecting, so that one source address is not limited to
  /// one connection per ephemeral port.
  private static let bindAddressNoPort = NIOBSDSocket.Option(rawValue: 24)

  let endpoint: Endpoint
  let loop: any EventLoop

  func open(_ connection: any Attachable) {
    let bound = NIOLoopBound(connection, eventLoop: loop)
    let endpoint = endpoint
    var bootstrap = ClientBootstrap(group: loop)
      .connectTimeout(.nanoseconds(endpoint.timeout))
      .channelInitializer { channel in
        do {
          if let security = endpoint.security {
            let tls = try NIOSSLClientHandler(context: security.context, serverHostname: security.serverName)
            try channel.pipeline.syncOperations.addHandler(tls)
          }
          try bound.value.attach(to: channel)
        } catch {
          return channel.eventLoop.makeFailedFuture(error)
        }
        guard let local = endpoint.local else { return channel.eventLoop.makeSucceededVoidFuture() }
        return channel.bind(to: local).flatMapErrorThrowing { throw SourceAddressRefused(cause: $0) }
      }
    if endpoint.relay == nil { bootstrap = bootstrap.channelOption(.socketOption(.tcp_nodelay), value: 1) }
    if endpoint.local?.protocol == .inet {
      bootstrap = bootstrap.channelOption(
        ChannelOptions.Types.SocketOption(level: .ip, name: Self.bindAddressNoPort), value: 1)
    }
    bootstrap.connect(to: endpoint.relay ?? endpoint.remote).assumeIsolated().whenComplete { result in
      switch result {
      case .success: bound.value.connected()
      case .failure(let error):
        // What fails at once would otherwise fail before its caller knows that it began.
        loop.assumeIsolated().execute { bound.value.failedToConnect(error) }
      }
    }
  }
}

/// What becomes the end of a channel's pipeline and is told how connecting went.
protocol Attachable: AnyObject {
  /// Adds its handlers, once per channel.
  func attach(to channel: any Channel) throws
  /// The TCP connection stands.
  func connected()
  func failedToConnect(_ error: any Error)
}
