public import ParallaxModel

/// What is running of a lab.
public struct LabStatus: Codable, Sendable {
  public struct Process: Codable, Sendable {
    /// `nginx`, or `sshd` and the name of the host.
    public var role: String
    public var pid: Int32?
    public var isRunning: Bool
  }

  public var lab: LabDescription
  public var processes: [Process]
  /// false: `up` was interrupted, and only `down` makes sense.
  public var isComplete: Bool
}

extension Lab {
  /// What the lab is and which of its servers run. Throws if there is no lab.
  public static func status(directory: String = defaultDirectory) throws(ParallaxError) -> LabStatus {
    let state = try LabState.load(absolute(directory))
    let processes = state.processes.map {
      LabStatus.Process(role: $0.role, pid: $0.identity?.pid, isRunning: $0.identity?.isAlive == true)
    }
    return LabStatus(lab: state.lab, processes: processes, isComplete: state.isComplete)
  }
}
