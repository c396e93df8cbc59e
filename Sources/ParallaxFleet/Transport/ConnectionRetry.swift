internal import ParallaxSSH

/// Repeats the opening of a connection that was turned away before anything of the user's was sent: by a server that
/// drops connections beyond its MaxStartups, or by one that is just being started. After that point nothing is ever
/// repeated by itself.
///
/// The pauses double and are drawn from half to one and a half of their length, so that many that were turned away
/// together do not come back together.
struct ConnectionRetry: Sendable {
  /// Seconds from the first attempt after which no other is begun.
  var patience: Double
  var firstPause = 0.15
  /// How often a server that listens to nobody is asked again.
  var refusals = 2

  func callAsFunction<Value>(
    _ attempt: () async throws(SSHError) -> Value
  ) async throws(SSHError) -> Value {
    let end = ContinuousClock.now + .seconds(patience)
    var pause = firstPause
    var refused = 0
    while true {
      do throws(SSHError) {
        return try await attempt()
      } catch {
        let wait = pause * Double.random(in: 0.5...1.5)
        if error.code == .connectionRefused { refused += 1 }
        guard error.isPassing || error.code == .connectionRefused, refused <= refusals,
          ContinuousClock.now + .seconds(wait) < end, (try? await Task.sleep(for: .seconds(wait))) != nil
        else { throw error }
        pause *= 2
      }
    }
  }
}
