internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel

/// A host reached by running a command here: a shell for `local`, the system's ssh client, or any engine's exec.
struct CommandConnection: HostConnection {
  /// Builds the local command that runs `command` through a shell on the far side.
  let wrap: @Sendable (_ command: String) -> [String]

  /// This machine itself.
  static let local = CommandConnection { ["/bin/sh", "-c", $0] }

  /// The system's ssh client with its own configuration: RSA-only hosts, jump hosts, hardware keys.
  static func openSSH(_ host: InventoryHost) -> CommandConnection {
    let words = host.openSSHCommand
    return CommandConnection { words + [$0] }
  }

  /// Any command with the word `{agent}` where the far side's command goes: `kubectl exec -i pod1 -- {agent}`.
  static func template(_ words: [String]) -> CommandConnection {
    CommandConnection { command in
      words.flatMap { $0 == "{agent}" ? ["/bin/sh", "-c", command] : [$0] }
    }
  }

  func run(_ command: String, input: [UInt8], deadline: Double) async throws -> CommandResult {
    let process = try ChildProcess(wrap(command))
    return try await withDeadline(deadline, "the command on the far side") {
      async let output = Self.collect(process)
      try? await process.write(input)
      process.finishWriting()
      let bytes = try await output
      let status = await process.exitStatus()
      return CommandResult(
        output: bytes, diagnostics: Array(await process.diagnostics().utf8), status: status)
    } onTimeout: {
      await process.close()
    }
  }

  private static func collect(_ process: ChildProcess) async throws -> [UInt8] {
    var all: [UInt8] = []
    while let chunk = try await process.read() { all += chunk }
    return all
  }

  func start(_ command: String) async throws -> any DuplexStream { try ChildProcess(wrap(command)) }

  func close() async {}
}
