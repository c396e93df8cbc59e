internal import ParallaxSSH
internal import Testing

extension Trait where Self == ConditionTrait {
  /// For tests on a real server.
  static var needsOpenSSH: Self {
    .enabled(
      if: Tool.canServe, "OpenSSH is not installed here: \(Tool.missing) are missing (apt install openssh-server)")
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
