internal import Foundation
internal import ParallaxModel

/// How the agent is packed for its way to a host, by programs that both ends have: a library linked for one file would
/// be one more thing to install, and the programs are as fast.
///
/// zstd packs as tightly as gzip in a tenth of the time, and unpacks in a quarter of it; gzip is for hosts without it.
/// The raw value is the program's name; with `-dc` it unpacks its standard input.
enum AgentCodec: String, Sendable, CaseIterable {
  case zstd, gzip

  private var arguments: [String] {
    switch self {
    case .zstd: ["zstd", "-3", "-T0", "-qc"]
    case .gzip: ["gzip", "-6nc"]
    }
  }

  /// The best that both ends have.
  static func common(with host: Set<AgentCodec>) -> AgentCodec {
    allCases.first { $0 == .gzip || host.contains($0) && $0.isHere } ?? .gzip
  }

  private var isHere: Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(rawValue)") }
  }

  /// Blocks until it is done. Errors: `deployFailed` where the program is missing or fails.
  func pack(file path: String) throws -> [UInt8] {
    // By a descriptor: given a name, zstd refuses symbolic links.
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw ParallaxError(.deployFailed, "the agent \(path) cannot be read", cause: String(cString: strerror(errno)))
    }
    defer { close(file) }
    let process: SpawnedProcess
    do {
      process = try SpawnedProcess(arguments, standardInput: file)
    } catch {
      throw ParallaxError(.deployFailed, "\(rawValue) cannot be started", cause: "\(error)")
    }
    let bytes = SpawnedProcess.all(of: process.output)
    let complaint = String(decoding: SpawnedProcess.all(of: process.errors), as: UTF8.self)
    close(process.output)
    close(process.errors)
    let status = process.reap()
    guard status == 0, !bytes.isEmpty else {
      throw ParallaxError(
        .deployFailed, "\(rawValue) failed on \(path) with status \(status)", remedy: "install \(rawValue)",
        cause: complaint)
    }
    return bytes
  }
}

/// A file in the forms in which it travels, each made once, and only when a host needs it.
actor PackedFile {
  private let path: String
  private var forms: [AgentCodec: Task<[UInt8], any Error>] = [:]

  init(path: String) { self.path = path }

  func bytes(_ codec: AgentCodec) async throws -> [UInt8] {
    if let form = forms[codec] { return try await form.value }
    let form = Task { [path] in
      try await withCheckedThrowingContinuation { done in
        DispatchQueue.global().async { done.resume(with: Result { try codec.pack(file: path) }) }
      }
    }
    forms[codec] = form
    return try await form.value
  }
}
