internal import ParallaxModel

/// The agent as a process on its host, which its environment tells from those of other runs.
enum AgentProcess {
  private static let marker = "PARALLAX_RUN"
  /// Seconds for ending it: a host that does not answer any more ends it by itself, with the connection.
  private static let patience = 3.0

  /// For a login shell of any kind.
  static func command(path: String, run: String) -> String { "exec env \(marker)=\(run) \"\(path)\"" }

  /// Ends what is left of this run's agent. One that was stopped cannot end with its link.
  static func end(of run: String, over connection: any HostConnection) async {
    let command = """
      sh -c 'for f in $(grep -l "\(marker)=\(run)" /proc/[0-9]*/environ 2>/dev/null); do \
      p=${f#/proc/}; kill -9 "${p%/environ}"; done'
      """
    _ = try? await connection.run(command, deadline: patience)
  }
}
