internal import ParallaxSSH
internal import Testing

extension Trait where Self == ConditionTrait {
  /// For tests on a real server.
  static var needsOpenSSH: Self {
    .enabled(
      if: Tool.canServe, "OpenSSH is not installed here: \(Tool.missing) are missing (apt install openssh-server)")
  }
}

extension SSHTimeouts {
  /// An hour for everything, but for what a test is about.
  static func hours(
    connect: Duration = .seconds(3600), handshake: Duration = .seconds(3600),
    authentication: Duration = .seconds(3600), open: Duration = .seconds(3600), silence: Duration = .seconds(3600)
  ) -> SSHTimeouts {
    SSHTimeouts(connect: connect, handshake: handshake, authentication: authentication, open: open, silence: silence)
  }
}

/// Runs what must fail with an error of this code, and returns the error.
@discardableResult
func expectFailure<Value: Sendable>(
  _ code: SSHError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Value
) async -> SSHError? {
  do {
    _ = try await body()
    Issue.record("no error, where \(code) was expected", sourceLocation: sourceLocation)
  } catch let error as SSHError {
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    return error
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
  return nil
}
