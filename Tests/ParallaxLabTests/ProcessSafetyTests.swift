internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// `down` ends only what the lab started.
@Suite(.enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"), .serialized)
struct ProcessSafetyTests {
  @Test func aRecycledProcessNumberIsSpared() async throws {
    try await withLab(LabConfiguration(hosts: 1, ports: .free)) { lab in
      let bystander = try ChildProcess("/bin/sleep", ["60"])

      // As if sshd had died and its number had gone to the bystander: another start time, same number.
      let sshd = try #require(try Lab.status(directory: lab.directory).processes.first { $0.role == "sshd lab1" }?.pid)
      let state = try String(contentsOfFile: lab.files.state, encoding: .utf8)
      let forged = state.replacing("\"pid\" : \(sshd)", with: "\"pid\" : \(bystander.pid)")
      #expect(forged != state)
      try forged.write(toFile: lab.files.state, atomically: false, encoding: .utf8)

      try await blocking { try Lab.down(directory: lab.directory) }
      #expect(ProcessIdentity(pid: bystander.pid) != nil, "the bystander lives")
      #expect(try Leftovers(lab).isEmpty, "the sshd that the record had lost is gone all the same")
      bystander.signal(SIGKILL)
      #expect(try await bystander.exitStatus(within: 5) == 128 + SIGKILL)
    }
  }

  @Test func theWorkersOfAKilledServerEndToo() async throws {
    try await withLab(LabConfiguration(hosts: 1, ports: .free)) { lab in
      let nginx = try #require(try Lab.status(directory: lab.directory).processes.first { $0.role == "nginx" }?.pid)
      kill(nginx, SIGKILL)
      #expect(Deadline(seconds: 10).wait { ProcessIdentity(pid: nginx) == nil })
      #expect(PortProbe.accepts(lab.target.port, on: lab.target.address), "its workers go on without it")
      try await blocking { try Lab.down(directory: lab.directory) }
      #expect(!PortProbe.accepts(lab.target.port, on: lab.target.address))
    }
  }

  @Test func whatRunsOnAHostEndsWithTheLab() async throws {
    try await withLab(LabConfiguration(hosts: 1, ports: .free)) { lab in
      let host = lab.hosts[0]
      let ssh = try ChildProcess(
        "/usr/bin/ssh",
        [
          "-F", "/dev/null", "-i", lab.files.identity, "-o", "UserKnownHostsFile=\(lab.files.hashedKnownHosts)",
          "-o", "BatchMode=yes", "-p", "\(host.port)", "\(lab.user)@\(host.address)",
          "echo $HOME; trap '' HUP; sleep 600 < /dev/null > /dev/null 2>&1 & echo $!; wait",
        ])
      let deadline = Deadline(seconds: 10)
      while ssh.outputText.split(separator: "\n").count < 2, !deadline.isOver {
        try await Task.sleep(for: .milliseconds(5))
      }
      let lines = ssh.outputText.split(separator: "\n")
      try #require(lines.count == 2, "\(ssh.errorText)")
      #expect(lines[0] == lab.directory + "/hosts/lab1/home")
      let sleeper = try #require(Int32(lines[1]).flatMap { ProcessIdentity(pid: $0) })

      try await blocking { try Lab.down(directory: lab.directory) }
      #expect(!sleeper.isAlive)
      #expect(try await ssh.exitStatus(within: 5) != nil, "and so does the client that waits for it")
    }
  }

  @Test func theShellsSecretsDoNotReachTheServers() async throws {
    setenv("KEY_A1", "canary-7f3d", 1)
    defer { unsetenv("KEY_A1") }
    try await withLab(LabConfiguration(hosts: 1, ports: .free)) { lab in
      for process in try Lab.status(directory: lab.directory).processes {
        let pid = try #require(process.pid)
        let environment = try #require(FileManager.default.contents(atPath: "/proc/\(pid)/environ"))
        #expect(!String(decoding: environment, as: UTF8.self).contains("canary"), "\(process.role)")
      }
    }
  }
}
