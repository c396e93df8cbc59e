internal import Foundation
internal import ParallaxModel

/// What `down` must know, on disk before each thing that it names is made. So a lab can be taken down whenever
/// whatever made it was killed.
struct LabState: Codable {
  /// A daemon, by the number and start time of its process, so that a later process with that number is left alone.
  struct Process: Codable {
    var role: String
    /// The path by which its command line is known, should `up` have died before it wrote the identity.
    var configuration: String
    var identity: ProcessIdentity?
  }

  var lab: LabDescription
  var namespaces: [String]
  var processes: [Process]
  /// Everything was started and answered.
  var isComplete = false

  /// Reads the state of the lab in the directory; throws if there is none.
  static func load(_ directory: String) throws(ParallaxError) -> LabState {
    let path = LabFiles(directory: directory).state
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ParallaxError(
        .labFailed, "there is no lab in \(directory)",
        remedy: "bring one up with `parallax lab up`, or name its directory with --directory")
    }
    do {
      return try JSONDecoder().decode(LabState.self, from: data)
    } catch {
      throw ParallaxError(.labFailed, "\(path) is not the state of a lab", cause: "\(error)")
    }
  }

  func save() throws(ParallaxError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { preconditionFailure("the state holds only plain values") }
    try FileWriting.write(String(decoding: data, as: UTF8.self) + "\n", to: lab.files.state)
  }

  /// Starts the daemon with its record on disk before and after.
  mutating func start(_ daemon: Daemon) throws(ParallaxError) {
    processes.removeAll { $0.role == daemon.role }
    processes.append(Process(role: daemon.role, configuration: daemon.configuration))
    try save()
    processes[processes.count - 1].identity = try daemon.start(labID: lab.id)
    try save()
  }

  func awaitListening(_ daemon: Daemon) throws(ParallaxError) {
    guard let identity = processes.first(where: { $0.role == daemon.role })?.identity else {
      preconditionFailure("\(daemon.role) is waited for before it is started")
    }
    try daemon.awaitListening(identity)
  }
}
