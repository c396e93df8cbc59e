internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// Runs the built `parallax` as a user would, with a home and a store of its own.
struct Program {
  /// How a run of the program ended.
  struct Ending {
    var status: Int32
    var output: String
    var complaint: String

    func json() throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "\(output)\(complaint)")
    }
  }

  let home: String
  var environment: [String: String]

  /// The keys of the lab are in the environment, as plans expect them.
  init(home: String, lab: LabDescription? = nil) throws {
    self.home = home
    environment = UserEnvironment.variables(home: home)
    if let lab { environment.merge(try Lab.keys(directory: lab.directory)) { $1 } }
  }

  var store: String { home + "/state/parallax" }

  /// Starts it and returns at once.
  ///
  /// - Parameter under: a command that runs it, such as strace with its options.
  func start(_ arguments: [String], in lab: LabDescription? = nil, under: [String] = []) throws -> ChildProcess {
    let program = under + [try #require(BuiltProduct.path("parallax"), "parallax is built beside the tests")]
    let line = try lab?.entering(program + arguments) ?? program + arguments
    return try ChildProcess(line[0], Array(line.dropFirst()), environment: environment)
  }

  func run(
    _ arguments: [String], in lab: LabDescription? = nil, under: [String] = [], within seconds: Double = 90
  ) async throws -> Ending {
    let child = try start(arguments, in: lab, under: under)
    child.closeInput()
    let status = try await child.exitStatus(within: seconds)
    return Ending(
      status: try #require(status, "parallax \(arguments.joined(separator: " ")) did not end: \(child.errorText)"),
      output: child.outputText, complaint: child.errorText)
  }
}

/// Writes a file below a test's folder and returns its path.
func write(_ text: String, to name: String, in folder: String) throws -> String {
  let path = folder + "/" + name
  try text.write(toFile: path, atomically: true, encoding: .utf8)
  return path
}
