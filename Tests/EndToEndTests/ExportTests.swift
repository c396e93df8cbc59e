internal import Foundation
internal import ParallaxLab
internal import ParallaxTestSupport
internal import Testing

/// Stored observations in other programs' forms, read back by those programs.
@Suite(.serialized) struct ExportTests {
  private static let rows = 1200

  /// A store with a run of made-up observations.
  private func withRun(_ body: (Program) async throws -> Void) async throws {
    try await withTemporaryDirectory { home in
      var program = try Program(home: home)
      program.environment["PATH"] = "\(Self.tools):" + (program.environment["PATH"] ?? "")
      let bench = try #require(BuiltProduct.path("parallax-bench"), "parallax-bench is built beside the tests")
      let made = try ChildProcess(
        bench, ["append", "--store", program.store, "--rows", "\(Self.rows)", "--batch", "100"],
        environment: program.environment)
      try #require(try await made.exitStatus(within: 30) == 0, "\(made.errorText)")
      try await body(program)
    }
  }

  @Test func rowsOfText() async throws {
    try await withRun { program in
      let csv = try await program.run(["export", "--format", "csv"])
      let lines = csv.output.split(separator: "\r\n")
      #expect(csv.status == 0 && lines.count == Self.rows + 1, "\(csv.complaint)")
      #expect(lines.first?.hasPrefix("run,id,cell,vantage,key,account,stage,planned,sent") == true)
      let path = program.home + "/rows.ndjson"
      let ndjson = try await program.run(["export", "--format", "ndjson", "--output", path])
      #expect(ndjson.status == 0, "\(ndjson.complaint)")
      let objects = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      }
      #expect(objects.compactMap { $0["id"] as? Int } == Array(0..<Self.rows))
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }

  @Test func sqlite() async throws {
    try await withRun { program in
      let path = program.home + "/runs.sqlite"
      let export = try await program.run(["export", "--format", "sqlite", "--output", path])
      #expect(export.status == 0 && export.complaint.contains("\(Self.rows) observations of 1 runs"), "\(export)")
      let answers = try await Self.output(
        "/usr/bin/python3",
        [
          "-c",
          """
          from sqlite3 import connect
          from sys import argv
          db = connect(argv[1])
          for q in ("PRAGMA integrity_check", "SELECT count(*) FROM pragma_foreign_key_check",
                    "SELECT count(*) FROM observations", "SELECT requests FROM runs",
                    "SELECT scope FROM limiters", "SELECT count(*) FROM observations WHERE reading = 'limited'"):
            print(db.execute(q).fetchone()[0])
          """, path,
        ])
      #expect(answers == "ok\n0\n\(Self.rows)\n\(Self.rows)\naccount\n200\n")
    }
  }

  @Test(.enabled(if: isThereOrMandatory(tools + "/duckdb"), "duckdb is not installed: run scripts/setup tests"))
  func parquetThroughDuckDB() async throws {
    try await withRun { program in
      let path = program.home + "/runs.parquet"
      let export = try await program.run(["export", "--format", "parquet", "--output", path])
      #expect(export.status == 0, "\(export.complaint)")
      let answer = try await Self.output(
        Self.tools + "/duckdb",
        [
          "-csv", "-noheader", "-c",
          "SELECT count(*), count(DISTINCT id), sum(CAST(reading = 'limited' AS INT)), round(max(sent), 3) "
            + "FROM read_parquet('\(path)')",
        ])
      #expect(answer == "\(Self.rows),\(Self.rows),200,1.199\n")
    }
  }

  @Test(.enabled(if: isThereOrMandatory("/usr/bin/psql"), "PostgreSQL is not installed: run scripts/setup tests"))
  func postgresTakesRowsByCopy() async throws {
    try await withRun { program in
      try await Postgres.serving { server in
        let first = try await program.run(["export", "--format", "postgres", "--output", server.url])
        #expect(first.status == 0, "\(first.complaint)")
        let answer = try await server.answer(
          "SELECT count(*), count(DISTINCT id), count(*) FILTER (WHERE reading = 'limited'), min(server) "
            + "FROM parallax_observations")
        #expect(answer == "\(Self.rows)|\(Self.rows)|200|nginx\n")
        // The same run again is refused as a whole, and nothing is doubled.
        let second = try await program.run(["export", "--format", "postgres", "--output", server.url])
        #expect(second.status == 74 && second.complaint.contains("duplicate key"), "\(second.complaint)")
        #expect(try await server.answer("SELECT count(*) FROM parallax_observations") == "\(Self.rows)\n")
      }
    }
  }

  @Test func whatCannotBeExportedIsSaid() async throws {
    try await withRun { program in
      let cases: [([String], Int32, String)] = [
        (["--format", "sqlite"], 64, "--output is missing"),
        (["--format", "postgres", "--output", "postgresql://me:secret@db/x"], 64, "holds a password"),
        (["--format", "csv", "--output", "/nowhere/rows.csv"], 74, "cannot be written"),
      ]
      for (arguments, status, complaint) in cases {
        let ending = try await program.run(["export"] + arguments)
        #expect(ending.status == status && ending.complaint.contains(complaint), "\(arguments): \(ending)")
      }
    }
  }

  private static let tools =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path + "/.build/checkers/bin"

  private static func isThereOrMandatory(_ path: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: path) || ToolRequirement.isContinuousIntegration
  }

  static func output(_ program: String, _ arguments: [String]) async throws -> String {
    let child = try ChildProcess(program, arguments)
    child.closeInput()
    #expect(try await child.exitStatus(within: 60) == 0, "\(program): \(child.errorText)")
    return child.outputText
  }
}

/// A PostgreSQL of the test's own: in a directory of its own, on a socket there and on no port. It refuses to run as root,
/// so then it runs as nobody.
private struct Postgres {
  let directory: String

  var url: String {
    let path = directory.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? directory
    return "postgresql://researcher@\(path)/postgres"
  }

  static func serving(_ body: (Postgres) async throws -> Void) async throws {
    let directory = NSTemporaryDirectory() + "parallax-postgres-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let isRoot = geteuid() == 0
    if isRoot { _ = try await ExportTests.output("/bin/chown", ["nobody", directory]) }
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    let programs = "/usr/lib/postgresql/\(try #require(versions.max()))/bin/"
    func line(_ program: String, _ arguments: [String]) -> [String] {
      let line = [programs + program] + arguments
      return isRoot ? ["/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] + line : line
    }
    let data = directory + "/data"
    let made = line("initdb", ["-D", data, "-U", "researcher", "-A", "trust", "-E", "UTF8", "--no-sync"])
    _ = try await ExportTests.output(made[0], Array(made.dropFirst()))
    let started = line("postgres", ["-D", data, "-k", directory, "-c", "listen_addresses=", "-c", "fsync=off"])
    let server = try ChildProcess(started[0], Array(started.dropFirst()))
    let postgres = Postgres(directory: directory)
    let deadline = ContinuousClock.now + .seconds(30)
    while try await !postgres.isReady() {
      try #require(ContinuousClock.now < deadline, "PostgreSQL does not answer: \(server.errorText)")
    }
    let result: Result<Void, any Error>
    do { result = .success(try await body(postgres)) } catch { result = .failure(error) }
    server.signal(SIGINT)
    #expect(try await server.exitStatus(within: 20) == 0, "\(server.errorText)")
    try result.get()
  }

  private func isReady() async throws -> Bool {
    let child = try ChildProcess("/usr/bin/psql", ["--no-psqlrc", "-d", url, "-c", "SELECT 1"])
    child.closeInput()
    return try await child.exitStatus(within: 10) == 0
  }

  func answer(_ question: String) async throws -> String {
    try await ExportTests.output("/usr/bin/psql", ["--no-psqlrc", "-At", "-d", url, "-c", question])
  }
}
