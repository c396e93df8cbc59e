internal import Foundation
public import ParallaxModel

/// The local laboratory: hosts with an sshd of their own, and a target whose rate limiter is known.
///
/// Everything of a lab is in one directory, and everything that runs is recorded there before it is started. Each verb
/// works on that directory; a relative one is taken from the current directory.
public enum Lab {
  /// Where the lab is unless the user says otherwise, and where the repository's hosts.yaml expects it.
  public static let defaultDirectory = ".lab"

  /// Brings a lab up and returns when every server listens (about half a second). What a failure leaves behind is
  /// removed. Throws `lab_failed` if a lab is up already, a tool is missing or a port is taken.
  public static func up(
    _ configuration: LabConfiguration = LabConfiguration(), directory: String = defaultDirectory
  ) throws(ParallaxError) -> LabDescription {
    try LabBuilder(configuration: configuration, directory: absolute(directory)).build()
  }

  /// Takes a lab down: its processes, its namespaces and its files. Works on a lab that was only half brought up.
  public static func down(directory: String = defaultDirectory) throws(ParallaxError) {
    let directory = absolute(directory)
    var state = try LabState.load(directory)
    let lock = try LabLock(directory)
    state = try LabState.load(directory)
    try Teardown(state: state).run()
    _ = consume lock
  }

  /// Gives the target another limiter, with empty buckets and an empty access log. The keys stay.
  public static func changeTarget(
    _ configuration: LabTargetConfiguration, directory: String = defaultDirectory
  ) throws(ParallaxError) -> LabDescription {
    let directory = absolute(directory)
    _ = try LabState.load(directory)
    let lock = try LabLock(directory)
    var state = try LabState.load(directory)
    state.lab.target.configuration = configuration
    try LabBuilder.check(configuration, hosts: state.lab.hosts.map(\.name))
    let nginx = NginxServer(lab: state.lab, keys: try LabKeys(file: state.lab.files.keys))
    // A reload would keep the buckets, which nginx knows by the name of their zone.
    try Teardown(state: state).end(nginx.daemon)
    try LabBuilder.startTarget(nginx, &state)
    _ = consume lock
    return state.lab
  }

  /// The API keys of the lab by the environment variable that plans name: `KEY_A1` and so on.
  public static func keys(directory: String = defaultDirectory) throws(ParallaxError) -> [String: String] {
    let state = try LabState.load(absolute(directory))
    let keys = try LabKeys(file: state.lab.files.keys)
    return Dictionary(uniqueKeysWithValues: keys.keys.map { ($0.variable, $0.value) })
  }

  /// Whether this process has the privilege that namespaces mode needs.
  public static var canMakeNamespaces: Bool { NamespaceNetwork.isPermitted }

  static func absolute(_ directory: String) -> String {
    URL(fileURLWithPath: directory).standardizedFileURL.path
  }
}
