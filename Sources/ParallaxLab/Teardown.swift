internal import Foundation
internal import ParallaxModel

/// Ends and removes everything that belongs to a lab, however much of it there is.
struct Teardown {
  var state: LabState

  /// Throws if a process outlives SIGKILL or a namespace cannot be removed; the files then stay, so that `down` can be
  /// tried again.
  func run() throws(ParallaxError) {
    try endProcesses()
    try NamespaceNetwork.remove(state.namespaces)
    do {
      try FileManager.default.removeItem(atPath: state.lab.directory)
    } catch {
      throw ParallaxError(
        .labFailed, "\(state.lab.directory) cannot be removed", cause: error.localizedDescription)
    }
    PrivilegeSeparation.removeIfUnused()
  }

  /// Ends one daemon and what descends from it, leaving the rest of the lab alone.
  func end(_ daemon: Daemon) throws(ParallaxError) {
    try end { withDescendants(roots(state.processes.filter { $0.role == daemon.role })) }
  }

  private func endProcesses() throws(ParallaxError) {
    let inodes = Set(state.namespaces.filter { $0 != state.lab.controllerNamespace }.compactMap(NamespaceNetwork.inode))
    let marker = "\(LabDescription.marker)=\(state.lab.id)"
    try end {
      var found = roots(state.processes)
      for pid in ProcessTable.all() {
        let isInside = !inodes.isEmpty && ProcessTable.networkNamespace(pid).map(inodes.contains) == true
        if isInside || ProcessTable.environment(pid).contains(marker[...]) {
          found += [ProcessIdentity(pid: pid)].compactMap { $0 }
        }
      }
      return withDescendants(found)
    }
  }

  /// The recorded processes, what they have left behind, and any daemon that serves one of these very configurations.
  private func roots(_ processes: [LabState.Process]) -> [ProcessIdentity] {
    let recorded = processes.compactMap(\.identity).filter(\.isAlive)
    let sessions = Set(processes.compactMap(\.identity).compactMap(ownSession))
    let others = ProcessTable.all().filter { pid in
      guard ["sshd", "nginx"].contains(ProcessTable.name(pid)) else { return false }
      if let session = ProcessTable.stat(pid)?.session, sessions.contains(session) { return true }
      let line = ProcessTable.arguments(pid)
      return processes.contains { line.contains(" \($0.configuration) ") }
    }
    return recorded + others.compactMap { ProcessIdentity(pid: $0) }
  }

  /// The session that the daemon leads or led, by which the workers of an nginx that was killed are known. The kernel
  /// gives its number to no one while the session lives; nil if another process has it by now.
  private func ownSession(_ daemon: ProcessIdentity) -> Int32? {
    let holder = ProcessTable.stat(daemon.pid)
    return holder == nil || holder?.startTime == daemon.startTime ? daemon.pid : nil
  }

  private func withDescendants(_ roots: [ProcessIdentity]) -> Set<ProcessIdentity> {
    var family = Set(roots)
    let parents = ProcessTable.all().compactMap { pid in
      ProcessTable.stat(pid).map { (pid: pid, parent: $0.parent) }
    }
    var grew = !family.isEmpty
    while grew {
      let pids = Set(family.map(\.pid))
      let children = parents.filter { pids.contains($0.parent) && !pids.contains($0.pid) }
        .compactMap { ProcessIdentity(pid: $0.pid) }
      grew = !children.isEmpty
      family.formUnion(children)
    }
    return family.filter { $0.pid != getpid() }
  }

  /// SIGTERM, and SIGKILL for what is left after 1.5 s. Looks again each time, since sshd and nginx have children.
  private func end(_ survivors: () -> Set<ProcessIdentity>) throws(ParallaxError) {
    let patience = Deadline(seconds: 1.5)
    var signalled: Set<ProcessIdentity> = []
    var remaining: Set<ProcessIdentity> = []
    let gone = Deadline(seconds: 15).wait {
      // Should this process be their parent, it must not leave zombies.
      for process in signalled { _ = Child.collect(process.pid) }
      remaining = survivors()
      for process in remaining where patience.isOver || signalled.insert(process).inserted {
        kill(process.pid, patience.isOver ? SIGKILL : SIGTERM)
      }
      return remaining.isEmpty
    }
    if !gone {
      let list = remaining.map { "\($0.pid)" }.sorted().joined(separator: ", ")
      throw ParallaxError(.labFailed, "processes of the lab cannot be ended: \(list)")
    }
  }
}
