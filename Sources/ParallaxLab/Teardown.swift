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
    try end { withDescendants(state.processes.filter { $0.role == daemon.role }.flatMap(roots)) }
  }

  private func endProcesses() throws(ParallaxError) {
    let inodes = Set(state.namespaces.filter { $0 != state.lab.controllerNamespace }.compactMap(NamespaceNetwork.inode))
    let marker = "\(SSHServer.marker)=\(state.lab.id)"
    try end {
      var found = state.processes.flatMap(roots)
      for pid in ProcessTable.all() {
        let isInside = !inodes.isEmpty && ProcessTable.networkNamespace(pid).map(inodes.contains) == true
        if isInside || ProcessTable.environment(pid).contains(marker[...]) {
          found += [ProcessIdentity(pid: pid)].compactMap { $0 }
        }
      }
      return withDescendants(found)
    }
  }

  /// The recorded process, and any daemon that serves this very configuration.
  private func roots(_ process: LabState.Process) -> [ProcessIdentity] {
    let recorded = process.identity.map { $0.isAlive ? [$0] : [] } ?? []
    let unrecorded = ProcessTable.all().filter {
      ["sshd", "nginx"].contains(ProcessTable.name($0))
        && ProcessTable.arguments($0).contains(" \(process.configuration) ")
    }
    return recorded + unrecorded.compactMap { ProcessIdentity(pid: $0) }
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
    let gone = Deadline(seconds: 5).wait {
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
