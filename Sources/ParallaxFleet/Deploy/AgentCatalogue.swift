internal import Foundation
internal import ParallaxModel

/// The agents at hand, one for each architecture: which one a host gets is for its own answer to say.
public struct AgentCatalogue: Sendable {
  /// Reading and hashing them takes as long as reaching a host, and goes on beside it.
  private let loading: Task<Agents, any Error>

  /// Those that were read.
  struct Agents: Sendable {
    /// By architecture, as `uname -m` names it.
    let byArchitecture: [String: AgentBinary]

    /// Of two for one architecture the first counts.
    init(_ agents: [AgentBinary]) {
      byArchitecture = Dictionary(agents.map { ($0.architecture, $0) }) { first, _ in first }
    }

    /// Of all of them.
    var digests: [String] { byArchitecture.values.map(\.digest).sorted() }

    /// Errors: `deployFailed` where the host cannot run any of them, or lacks what the fitting one needs.
    func agent(for facts: HostFacts, host: String) throws -> AgentBinary {
      // Where none fits, the check of any one says what does not.
      guard let agent = byArchitecture[facts.architecture] ?? byArchitecture.min(by: { $0.key < $1.key })?.value else {
        throw ParallaxError(.deployFailed, "there is no agent to deploy", remedy: "name one with --agent")
      }
      try facts.check(agent, host: host)
      return agent
    }
  }

  /// None.
  init() { loading = Task { Agents([]) } }

  private init(files: [String]) {
    loading = Task.detached { Agents(try files.map { try AgentBinary.load(path: $0) }) }
  }

  /// Takes agents from files, and from folders every file whose name begins with `parallax-agent`; without any, what is
  /// beside this program. Of two for one architecture the first counts.
  ///
  /// Errors: `deployFailed` where a file is no agent, or a folder holds none.
  public static func load(paths: [String]) throws -> AgentCatalogue {
    let files = try (paths.isEmpty ? [AgentBinary.defaultPath()] : paths).flatMap { try Self.files($0) }
    for file in files { try AgentBinary.requireAgent(file) }
    return AgentCatalogue(files: files)
  }

  /// Waits until they are read. Errors: `deployFailed` where one cannot be.
  func agents() async throws -> Agents { try await loading.value }

  private static func files(_ path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      return [path]
    }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    let files = names.map { "\(path)/\($0)" }.filter { file in
      let name = URL(fileURLWithPath: file).lastPathComponent
      return name.hasPrefix("parallax-agent") && FileManager.default.isExecutableFile(atPath: file)
        && (try? URL(fileURLWithPath: file).resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true
    }
    guard !files.isEmpty else {
      throw ParallaxError(
        .deployFailed, "\(path) holds no agent",
        remedy: "put the agents there under names such as parallax-agent-x86_64 and parallax-agent-aarch64")
    }
    return files
  }
}
