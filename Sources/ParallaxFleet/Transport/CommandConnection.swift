internal import Foundation
internal import ParallaxConfig
internal import ParallaxModel
internal import ParallaxSSH

/// A host reached by running a command here: a shell for `local`, the system's ssh client, or any engine's exec.
struct CommandConnection: HostConnection {
  /// Builds the local command that runs `command` through a shell on the far side.
  let wrap: @Sendable (_ command: String) -> [String]

  /// This machine itself.
  static let local = CommandConnection { ["/bin/sh", "-c", $0] }

  /// The system's ssh client with its own configuration: RSA-only hosts, jump hosts, hardware keys.
  static func openSSH(_ host: InventoryHost, connectTimeout: Double) -> CommandConnection {
    let words = host.openSSHCommand(connectTimeout: connectTimeout)
    return CommandConnection { words + [$0] }
  }

  /// Any command with the word `{agent}` where the far side's command goes: `kubectl exec -i pod1 -- {agent}`.
  static func template(_ words: [String]) -> CommandConnection {
    CommandConnection { command in
      words.flatMap { $0 == "{agent}" ? ["/bin/sh", "-c", command] : [$0] }
    }
  }

  func run(_ command: String, input: SSHInput, deadline: Double) async throws -> CommandResult {
    let process = try ChildProcess(wrap(command))
    return try await withDeadline(deadline, "the command on the far side") {
      async let output = Self.collect(process)
      try await Self.feed(input, to: process)
      let bytes = try await output
      let status = await process.exitStatus()
      return CommandResult(
        output: bytes, diagnostics: Array(await process.diagnostics().utf8), status: status)
    } onTimeout: {
      await process.close()
    }
  }

  /// A process that ends without having read all of it says why by its status.
  private static func feed(_ input: SSHInput, to process: ChildProcess) async throws {
    var sent = 0
    while true {
      let piece = try input.piece(at: sent)
      guard !piece.isEmpty, (try? await process.write(Array(piece))) != nil else { break }
      sent += piece.count
    }
    process.finishWriting()
  }

  private static func collect(_ process: ChildProcess) async throws -> [UInt8] {
    var all: [UInt8] = []
    while let chunk = try await process.read() { all += chunk }
    return all
  }

  func start(_ command: String) async throws -> any CommandStream { try ChildProcess(wrap(command)) }

  func close() async {}
}
