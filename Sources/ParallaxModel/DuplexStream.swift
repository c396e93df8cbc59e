/// The port that every transport fills: standard input and output of a remote process.
///
/// Libssh2, a local child process, the system's ssh client or any command (`kubectl exec -i`, `srun`) all serve.
/// Errors are `ParallaxError`.
public protocol DuplexStream: Sendable {
  /// Returns when the bytes were handed on; suspends while the far side does not read.
  func write(_ bytes: [UInt8]) async throws
  /// The next bytes of standard output, or nil at its end.
  func read() async throws -> [UInt8]?
  /// The last part of what the process wrote to standard error, for error messages.
  func diagnostics() async -> String
  /// Closes standard input and lets go of the process. Safe to call twice.
  func close() async
}
