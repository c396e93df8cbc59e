/// One process, told apart from a later one with the same number by the time it started.
package struct ProcessIdentity: Codable, Hashable, Sendable {
  package var pid: Int32
  /// Clock ticks from boot to the start of the process: field 22 of /proc/PID/stat (see proc(5)).
  package var startTime: UInt64

  /// The process that has this number now, or nil if there is none (a zombie is none).
  package init?(pid: Int32) {
    guard let entry = ProcessTable.stat(pid), !entry.isZombie else { return nil }
    self.pid = pid
    self.startTime = entry.startTime
  }

  package var isAlive: Bool {
    _ = Child.collect(pid)
    return ProcessIdentity(pid: pid) == self
  }
}
