internal import Foundation
internal import ParallaxModel

/// A server of the lab: how to start it, and how to know that it serves.
struct Daemon {
  var role: String
  var tool: LabTool
  var arguments: [String]
  /// The path by which its command line is known.
  var configuration: String
  var namespace: String?
  var address: String
  var ports: [Int]
  var log: String

  /// Starts it and returns at once; it is not listening yet.
  func start(labID: String) throws(ParallaxError) -> ProcessIdentity {
    let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard output >= 0 else {
      throw ParallaxError(.labFailed, "\(log) cannot be written", cause: String(cString: strerror(errno)))
    }
    defer { close(output) }
    // `ip netns exec` becomes the program it is given, so the process id is the daemon's own.
    var command = [try tool.require()] + arguments
    if let namespace { command = [try LabTool.ip.require(), "netns", "exec", namespace] + command }
    var spawn = Spawn(command[0], Array(command.dropFirst()))
    spawn.environment[LabDescription.marker] = labID
    spawn.standardOutput = output
    spawn.standardError = output
    spawn.inNewSession = true
    let pid = try spawn.start()
    guard let identity = ProcessIdentity(pid: pid) else {
      _ = Child.wait(pid)
      throw failure(Self.endedEarly)
    }
    return identity
  }

  /// Waits until it listens on all of its ports. Throws, quoting its log, if it ends or takes longer than 30 s.
  func awaitListening(_ process: ProcessIdentity) throws(ParallaxError) {
    let deadline = Deadline(seconds: 30)
    let silent = try NetworkNamespace.run(in: namespace) { [ports, address] () throws(ParallaxError) in
      var waiting = ports
      _ = deadline.wait {
        waiting.removeAll { PortProbe.isTaken($0, on: address) }
        return waiting.isEmpty || !process.isAlive
      }
      return waiting
    }
    if !process.isAlive { throw failure(Self.endedEarly) }
    if let port = silent.first { throw failure("does not listen on port \(port)") }
  }

  private static let endedEarly = "ended instead of listening"

  private func failure(_ what: String) -> ParallaxError {
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    return ParallaxError(.labFailed, "\(role) \(what)", cause: text.isEmpty ? nil : text.lastLines(4))
  }
}
