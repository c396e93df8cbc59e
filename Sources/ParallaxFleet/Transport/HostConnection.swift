internal import ParallaxModel
internal import ParallaxSSH

/// A way to run commands on one host. How it gets there (libssh2, a child process, another engine) is its own affair.
protocol HostConnection: Sendable {
  /// Runs a command to its end. `deadline` is in seconds.
  func run(_ command: String, input: SSHInput, deadline: Double) async throws -> CommandResult
  /// Starts a command that is spoken with.
  func start(_ command: String) async throws -> any CommandStream
  func close() async
  /// Lets whoever connects to the socket at `path` be connected, by the host, to an address.
  ///
  /// Returns seconds that a message surely needs no longer than, there and back. Errors: `linkFailed` where the
  /// transport has no such thing.
  func forward(socket path: String, to address: String, port: Int) async throws -> Double
}

extension HostConnection {
  func run(_ command: String, deadline: Double) async throws -> CommandResult {
    try await run(command, input: [], deadline: deadline)
  }

  func forward(socket path: String, to address: String, port: Int) async throws -> Double {
    throw ParallaxError(
      .linkFailed, "this transport cannot carry requests", remedy: "`agent: none` needs transport: ssh")
  }
}

/// A running command's input and output.
protocol CommandStream: DuplexStream {
  /// Ends its input, after what was written.
  func finishWriting()
  /// Waits for its end; its output must be read, or it may never come. 128 + signal where it was killed by one.
  func exitStatus() async throws -> Int32
}

/// How a command on a host ended.
struct CommandResult: Sendable {
  var output: [UInt8]
  var diagnostics: [UInt8]
  /// 128 + signal where it was killed by one, as shells say it.
  var status: Int32

  var text: String { String(decoding: output, as: UTF8.self) }
  var complaint: String {
    let text = String(decoding: diagnostics.suffix(400), as: UTF8.self)
    return text.split(separator: "\n").joined(separator: "; ")
  }
}
