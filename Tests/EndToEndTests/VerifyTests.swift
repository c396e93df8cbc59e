internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// Promises of a plan against a real nginx, runs held beside each other, and a run in every form.
@Suite(.serialized, .enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
struct VerifyTests {
  private static let target = LabTargetConfiguration(
    limiter: LabLimiter(scope: [.key]), rate: LabRate(requests: 60, seconds: 60), burst: 9)

  private static func plan(_ lab: LabDescription, expecting lines: String) throws -> String {
    let text = try String(contentsOfFile: lab.files.plan, encoding: .utf8)
    let head = text.components(separatedBy: "\nexpect:")[0]
    return head + "\nexpect:\n" + lines
  }

  @Test func promisesAreKeptOrBrokenAndSaySoWhereTheyStand() async throws {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.target)) { lab in
        var program = try Program(home: home, lab: lab)
        let kept = try write(
          Self.plan(lab, expecting: "  - { scope: [key], refusal: 429 }\n  - { isolated: [key, account] }\n"),
          to: "kept.yaml", in: home)
        let base = ["verify", "--yes", "--quiet", "--hosts", lab.files.inventory]
        let good = try await program.run(base + ["--json", "--seed", "7", kept], in: lab)
        #expect(good.status == 0, "\(good.output)\(good.complaint)")
        #expect(try good.json()["status"] as? String == "determined")
        #expect(good.complaint.contains("4 of 4 expectations kept"))

        let broken = try write(
          Self.plan(
            lab,
            expecting: "  - { scope: [ip] }\n  - { retry_after: present }\n  - { refuses_after: 10, tolerance: 20% }\n"),
          to: "broken.yaml", in: home)
        program.environment.merge(["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": home + "/summary.md"]) { $1 }
        let bad = try await program.run(base + ["--run", "latest", "--junit", home + "/out.xml", broken])
        #expect(bad.status == 99, "\(bad.output)\(bad.complaint)")
        let lines = try String(contentsOfFile: broken, encoding: .utf8).split(
          separator: "\n", omittingEmptySubsequences: false)
        let place = 1 + (try #require(lines.firstIndex { $0.contains("scope: [ip]") }))
        #expect(bad.complaint.contains("::error file=\(broken),line=\(place),title=scope%3A [ip] broken::keyed on key"))
        let junit = try String(contentsOfFile: home + "/out.xml", encoding: .utf8)
        #expect(junit.contains("tests=\"3\" failures=\"2\" errors=\"0\""), "\(junit)")
        #expect(try String(contentsOfFile: home + "/summary.md", encoding: .utf8).contains("1 of 3 expectations kept"))
      }
    }
  }

  @Test func theSameTargetIsTheSameAndAnotherLimiterIsAChange() async throws {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.target)) { lab in
        let program = try Program(home: home, lab: lab)
        func run(_ lab: LabDescription) async throws -> String {
          let ending = try await program.run(VerdictTests.arguments(lab), in: lab)
          #expect(ending.status == 0, "\(ending.output)\(ending.complaint)")
          return try #require(try ending.json()["run"] as? String)
        }
        let first = try await run(lab)
        var other = Self.target
        other.limiter = LabLimiter(scope: [.ip])
        let changed = try await blocking { [other] in try Lab.changeTarget(other, directory: lab.directory) }
        let second = try await run(changed)
        let compared = try await program.run(["compare", first, second, "--json", "--fail-on", "change"])
        #expect(compared.status == 99, "\(compared.output)\(compared.complaint)")
        let items = try #require(
          ((try compared.json()["comparisons"] as? [[String: Any]])?.first)?["items"] as? [[String: Any]])
        let scope = try #require(items.first { $0["subject"] as? String == "scope" })
        #expect(scope["outcome"] as? String == "changed")
        let same = try await program.run(["compare", first, first, "--fail-on", "change"])
        #expect(same.status == 0, "\(same.output)\(same.complaint)")
        #expect(same.output.hasPrefix("Nothing changed between"))
        #expect(try await program.run(["compare", first]).status == 64)
      }
    }
  }

  @Test func aStoredRunIsShownInEveryForm() async throws {
    try await withTemporaryDirectory { home in
      try await withLab(LabConfiguration(hosts: 2, ports: .free, target: Self.target)) { lab in
        let program = try Program(home: home, lab: lab)
        let ending = try await program.run(VerdictTests.arguments(lab), in: lab)
        #expect(ending.status == 0, "\(ending.output)\(ending.complaint)")
        let starts = [
          "table": "The rate limit is keyed on the API key", "md": "**The rate limit is keyed on the API key",
          "html": "<!DOCTYPE html>", "json": "{", "csv": "id,cell,", "ndjson": "{\"id\":0", "junit": "<?xml",
        ]
        for (format, start) in starts {
          let shown = try await program.run(["report", "--format", format])
          #expect(shown.status == 0, "\(format): \(shown.complaint)")
          #expect(shown.output.hasPrefix(start), "\(format): \(shown.output.prefix(100))")
          for value in try Lab.keys(directory: lab.directory).values where value.utf8.count > 6 {
            #expect(!shown.output.contains(value), "\(format) holds the value of a key")
          }
          if format == "html" {
            #expect(shown.output.utf8.count < 1_000_000)
            #expect(shown.output.contains("<svg") && !shown.output.contains("<script"))
          }
        }
      }
    }
  }
}

/// A plan from what people have at hand.
struct ImportTests {
  @Test func initTakesACurlCommandAndLeavesTheKeyOut() async throws {
    try await withTemporaryDirectory { home in
      let command = "curl -H 'Authorization: Bearer sk-4f9aC0ffee4f9aC0ffee' https://api.example.com/v1/models"
      let ending = try await Program(home: home).run(["init", "--curl", command, home + "/new"])
      #expect(ending.status == 0, "\(ending.complaint)")
      let plan = try String(contentsOfFile: home + "/new/plan.yaml", encoding: .utf8)
      #expect(plan.contains("\"Authorization\": \"Bearer {{key}}\""))
      #expect(FileManager.default.fileExists(atPath: home + "/new/hosts.yaml"))
      for text in [plan, ending.output, ending.complaint] { #expect(!text.contains("4f9aC0ffee")) }
      let refused = try await Program(home: home).run(["init", "--curl", command + " -d x=1", home + "/other"])
      #expect(refused.status == 64)
      #expect(!FileManager.default.fileExists(atPath: home + "/other"))
    }
  }
}

/// The manual pages and the completions are made from the program itself.
struct ManualTests {
  @Test func everyVerbHasItsPage() async throws {
    try await withTemporaryDirectory { folder in
      let parallax = try #require(BuiltProduct.path("parallax"))
      let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      let script = tests.deletingLastPathComponent().path + "/scripts/manual.py"
      let child = try ChildProcess(
        "/bin/sh", ["-c", "\(parallax) --experimental-dump-help | /usr/bin/python3 \(script) \(folder)"])
      child.closeInput()
      #expect(try await child.exitStatus(within: 30) == 0, "\(child.errorText)")
      let pages = Set(try FileManager.default.contentsOfDirectory(atPath: folder))
      for verb in ["init", "hosts-check", "plan", "run", "report", "compare", "verify", "lab-up"] {
        #expect(pages.contains("parallax-\(verb).1"), "\(pages)")
      }
      let page = try String(contentsOfFile: folder + "/parallax-verify.1", encoding: .utf8)
      for part in [".TH PARALLAX-VERIFY 1", "\\-\\-junit", "status 99"] { #expect(page.contains(part), "\(page)") }
    }
  }
}
