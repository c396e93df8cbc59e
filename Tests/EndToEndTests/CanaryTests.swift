internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// A key's value must be nowhere but in memory and in the requests themselves.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct CanaryTests {
  @Test func keysAppearInNoFileArgumentOrEnvironment() async throws {
    try await withTemporaryDirectory { home in
      let target = LabTargetConfiguration(
        limiter: LabLimiter(scope: [.account]), rate: LabRate(requests: 60, seconds: 60), burst: 20)
      try await withLab(LabConfiguration(ports: .free, target: target)) { lab in
        var program = try Program(home: home, lab: lab)
        // The controller gets its keys from files here, so that no environment holds them legitimately.
        let keys = try Lab.keys(directory: lab.directory)
        var plan = try String(contentsOfFile: lab.files.plan, encoding: .utf8)
        for (variable, value) in keys {
          program.environment[variable] = nil
          let path = try write(value, to: variable, in: home)
          try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
          plan = plan.replacingOccurrences(of: "env: \(variable) ", with: "file: \(path) ")
        }
        let planPath = try write(plan, to: "plan.yaml", in: home)
        let child = try program.start(
          ["run", "--yes", "--hosts", lab.files.inventory, planPath], in: lab)
        var looked = 0
        var leaks: Set<String> = []
        while try await child.exitStatus(within: 0.05) == nil {
          for value in keys.values { leaks.formUnion(Self.processes(holding: value)) }
          looked += 1
          if looked > 600 { break }
        }
        #expect(try await child.exitStatus(within: 1) == 0, "\(child.errorText)")
        #expect(looked > 3, "the run was watched while it went")
        #expect(leaks.isEmpty, "\(leaks)")
        let texts = [child.outputText, child.errorText]
        for (variable, value) in keys {
          #expect(texts.allSatisfy { !$0.contains(value) })
          let allowed: Set = [home + "/" + variable, lab.files.keys, lab.directory + "/target/nginx.conf"]
          let found = try Self.files(holding: value, under: [home, lab.directory])
          #expect(found.isSubset(of: allowed), "\(found)")
        }
      }
    }
  }

  /// Processes whose arguments or environment hold the value.
  private static func processes(holding value: String) -> [String] {
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return numbers.filter { Int($0) != nil }.flatMap { pid in
      ["cmdline", "environ"].compactMap { file in
        let data = FileManager.default.contents(atPath: "/proc/\(pid)/\(file)") ?? Data()
        return data.range(of: Data(value.utf8)) == nil ? nil : "\(pid)/\(file)"
      }
    }
  }

  private static func files(holding value: String, under folders: [String]) throws -> Set<String> {
    var found: Set<String> = []
    for folder in folders {
      for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
        let path = folder + "/" + name
        let data = FileManager.default.contents(atPath: path) ?? Data()
        if data.range(of: Data(value.utf8)) != nil { found.insert(path) }
      }
    }
    return found
  }
}
