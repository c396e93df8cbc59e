internal import Foundation
internal import ParallaxLab
internal import ParallaxModel
internal import ParallaxTestSupport
internal import Testing

/// Up and down, in order and out of order.
@Suite(.enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"), .serialized)
struct LifecycleTests {
  @Test func downLeavesNothingBehind() async throws {
    try await withLab { lab in
      #expect(lab.hosts.map(\.name) == ["lab1", "lab2", "lab3"])
      #expect(Set(lab.hosts.map(\.address)).count == 3)
      let status = try Lab.status(directory: lab.directory)
      #expect(status.isComplete && status.processes.count == 4)
      #expect(status.processes.allSatisfy { $0.isRunning })
      for host in lab.hosts { #expect(PortProbe.accepts(host.port, on: host.address)) }
      let before = try Leftovers(lab)
      #expect(!before.processes.isEmpty && !before.files.isEmpty, "the check must see a lab that is up")

      try await blocking { try Lab.down(directory: lab.directory) }
      let after = try Leftovers(lab)
      #expect(after.isEmpty, "\(after)")
      for host in lab.hosts { #expect(!PortProbe.accepts(host.port, on: host.address)) }
    }
  }

  @Test(.enabled(if: ToolRequirement.namespaces.isMetOrMandatory, "\(ToolRequirement.namespaces.reason)"))
  func namespacesHaveAddressesOfTheirOwnAndLeaveNothingBehind() async throws {
    let interfaces = try FileManager.default.contentsOfDirectory(atPath: "/sys/class/net").sorted()
    var target = try LabTargetConfiguration(
      limiter: LabLimiter(parsing: "ip"), rate: LabRate(parsing: "1r/m"), burst: 2)
    target.blockedHosts = ["lab3"]
    let configuration = LabConfiguration(mode: .namespaces, target: target)
    try await withLab(configuration) { lab in
      #expect(try FileManager.default.contentsOfDirectory(atPath: "/sys/class/net").sorted() == interfaces)
      try await blocking {
        let cells = try Cells(lab)
        for status in [200, 200, 200, 429] { #expect(try cells.send("R") == status) }
        #expect(try cells.send("K") == 429)
        #expect(try cells.send("I") == 200)
        #expect(try AccessLog(lab).lines.map(\.address) == Array(repeating: "10.77.11.1", count: 5) + ["10.77.12.1"])

        // The IPv6 address of the target is a second way in, with buckets of its own per address.
        var target = lab.target
        target.address = try #require(lab.target.address6)
        let key = try LabKeys(file: lab.files.keys)["a1"]
        for (host, status) in zip(lab.hosts, [200, 200, 429]) {
          let client = ProbeClient(source: host.address6, namespace: host.namespace)
          #expect(try client.status(of: target, path: "/", key: key) == status)
        }
        #expect(try Command.run("/usr/bin/env", lab.entering(["true"])).status == 0)
      }
      try await blocking { try Lab.down(directory: lab.directory) }
      #expect(try Leftovers(lab).isEmpty)
      _ = try await blocking { try Lab.up(configuration, directory: lab.directory) }
    }
  }

  @Test func secondUpAndSecondDownAreClearErrors() async throws {
    try await withLab(LabConfiguration(hosts: 1, ports: .free)) { lab in
      let again = #expect(throws: ParallaxError.self) { try Lab.up(directory: lab.directory) }
      #expect(again?.message == "a lab is up already in \(lab.directory)")
      #expect(again?.code == .labFailed)
      let status = try Lab.status(directory: lab.directory)
      #expect(status.processes.allSatisfy { $0.isRunning }, "the first lab is unharmed")
    }
    try await withTemporaryDirectory { directory in
      let down = #expect(throws: ParallaxError.self) { try Lab.down(directory: directory) }
      #expect(down?.message == "there is no lab in \(directory)")
    }
  }

  @Test func aDirectoryWithOtherThingsIsLeftAlone() async throws {
    try await withTemporaryDirectory { directory in
      try "mine".write(toFile: directory + "/thesis.txt", atomically: true, encoding: .utf8)
      let error = #expect(throws: ParallaxError.self) { try Lab.up(directory: directory) }
      #expect(error?.message.contains("no empty directory") == true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["thesis.txt"])
    }
  }

  @Test func aTakenPortIsNamed() async throws {
    try await withTemporaryDirectory { parent in
      // Should a lab of the user's own have the port already, all the better.
      let squatter = Squatter(address: "127.0.11.1", port: 22011)
      defer { squatter.leave() }
      let error = await #expect(throws: ParallaxError.self) {
        try await blocking { try Lab.up(LabConfiguration(ports: .fixed), directory: parent + "/lab") }
      }
      #expect(error?.message.hasPrefix("127.0.11.1:22011 is in use") == true)
    }
  }

  @Test func configurationsThatMakeNoSenseAreRefusedBeforeAnythingStarts() async throws {
    try await withTemporaryDirectory { parent in
      let directory = parent + "/lab"
      for (configuration, message) in [
        (LabConfiguration(hosts: 0), "a lab has 1 to 200 hosts"),
        (LabConfiguration(target: LabTargetConfiguration(burst: -1)), "a burst of -1 is outside 0 to 100000"),
        (LabConfiguration(target: LabTargetConfiguration(status: 200)), "200 is no status of a refusal"),
        (
          LabConfiguration(target: LabTargetConfiguration(limiter: LabLimiter(scope: nil), drained: true)),
          "a target that refuses nothing cannot be drained"
        ),
        (
          LabConfiguration(target: LabTargetConfiguration(rate: LabRate(requests: 10, seconds: 1), drained: true)),
          "at 10r/s the target would not stay drained"
        ),
        (LabConfiguration(target: LabTargetConfiguration(blockedHosts: ["lab9"])), "the lab has no host `lab9`"),
      ] {
        let error = #expect(throws: ParallaxError.self) { try Lab.up(configuration, directory: directory) }
        #expect(error?.message == message)
        #expect(error?.code == .usage)
        #expect(!FileManager.default.fileExists(atPath: directory))
      }
    }
  }
}
