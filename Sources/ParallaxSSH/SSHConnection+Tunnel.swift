extension SSHConnection {
  /// Lets local programs reach one address from the server: whoever connects to the socket at `path` is connected to
  /// it by the server, as long as this session lasts. Put it in a folder that only the user can enter.
  public func forward(socket path: String, to host: String, port: UInt16) async throws(SSHError) {
    let forwarding = try Forwarding(path: path, host: host, port: port)
    try await session.perform { loop throws(SSHError) in loop.add(forwarding) }
  }

  /// A connection that the server makes for us, as a socket of this process.
  func tunnel(to host: String, port: UInt16, timeout: Duration) async throws(SSHError) -> OwnedDescriptor {
    let (ours, relayed) = try OwnedDescriptor.pair()
    let endpoint = configuration.endpoint
    try await Waiter<Void>.wait { waiter in
      session.submit(
        Session.Job(
          run: { loop in
            loop.enqueue(RelayOpening(socket: relayed, host: host, port: port, endpoint: endpoint, waiter: waiter))
          },
          abandon: { waiter.fail($0) }))
      session.expire(
        waiter, after: timeout, "\(endpoint) did not connect us to \(KnownHosts.name(host: host, port: port))")
    }
    return ours
  }
}
