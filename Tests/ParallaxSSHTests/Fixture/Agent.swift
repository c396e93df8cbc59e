internal import Glibc

/// A real ssh-agent with keys of the tests.
final class Agent: Sendable {
  let socket: String
  let processID: pid_t
  private let folder: Folder

  init(keys: [String]) async throws {
    folder = try Folder()
    socket = folder.path + "/agent"
    processID = try Tool.spawn("/usr/bin/ssh-agent", ["-D", "-a", socket])
    while access(socket, F_OK) != 0, Tool.isRunning(processID) { try await Task.sleep(for: .milliseconds(2)) }
    for key in keys {
      let path = try TestKeys.shared.get().path(key)
      try Tool.run("/usr/bin/ssh-add", ["-q", path], environment: ["SSH_AUTH_SOCK": socket])
    }
  }

  deinit {
    kill(processID, SIGCONT)
    Tool.end(processID)
  }
}
