internal import Testing

/// Everything that runs a real sshd, one after the other: on a small machine, dozens of servers at once would measure
/// each other. No test asserts how quickly something ends, since other tests share the processors: where a deadline is
/// to be shown, all others are an hour away.
@Suite("SSH", .serialized, .timeLimit(.minutes(3)))
enum RealServerTests {}
