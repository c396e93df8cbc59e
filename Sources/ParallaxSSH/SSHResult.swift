/// How a remote command ended.
public enum SSHExit: Sendable, Equatable {
  case status(Int32)
  /// Killed by a signal, named without `SIG`: such a command has no status.
  case signal(String)
}

/// A remote command that ran to its end.
public struct SSHResult: Sendable, Equatable {
  public var output: [UInt8]
  public var errorOutput: [UInt8]
  public var exit: SSHExit

  public init(output: [UInt8], errorOutput: [UInt8], exit: SSHExit) {
    self.output = output
    self.errorOutput = errorOutput
    self.exit = exit
  }

  /// Whether it ended with status 0.
  public var succeeded: Bool { exit == .status(0) }
  /// The output as text; bytes that are no UTF-8 become U+FFFD.
  public var text: String { String(decoding: output, as: UTF8.self) }
  public var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
}
