internal import Foundation
internal import ParallaxModel
internal import ParallaxStore
internal import Testing

@Suite struct RunStoreTests {
  @Test func givesBackWhatWasStored() throws {
    try withStore { store in
      let journal = try store.createRun(Sample.manifest())
      let observations = Sample.observations(500)
      try journal.append(Array(observations[..<200]))
      try journal.append([])
      try journal.append(Array(observations[200...]))
      #expect(try store.loadRun(journal.id).verdict == nil)
      let verdict = Sample.verdict(run: journal.id)
      try journal.finish(verdict)
      let run = try store.loadRun(journal.id)
      #expect(run.manifest == Sample.manifest())
      #expect(run.observations == observations)
      #expect(run.verdict == verdict)
      #expect(run.damages.isEmpty)
    }
  }

  @Test func listsRunsNewestFirst() throws {
    try withStore { store in
      #expect(try store.listRuns().isEmpty)
      let first = try store.createRun(Sample.manifest())
      let second = try store.createRun(Sample.manifest())
      try second.append(Sample.observations(3))
      try second.finish(Sample.verdict(run: second.id))
      try Data("junk".utf8).write(to: URL(fileURLWithPath: store.directory + "/runs/note.txt"))
      let broken = store.directory + "/runs/20200101T000000Z-0000.journal"
      try Data("junk".utf8).write(to: URL(fileURLWithPath: broken))
      let runs = try store.listRuns()
      #expect(runs.count == 3)
      #expect(Set(runs.map(\.id)).isSuperset(of: [first.id, second.id]))
      #expect(runs.map(\.id) == runs.map(\.id).sorted(by: >))
      let summary = try #require(runs.first { $0.id == second.id })
      #expect(summary.observations == 3)
      #expect(summary.verdict?.status == .determined)
      #expect(summary.manifest == Sample.manifest())
      #expect(summary.problem == nil)
      #expect(runs.last?.problem?.contains("not a journal") == true)
    }
  }

  @Test func findsTheRunThatIsMeant() throws {
    try withStore { store in
      let ids = ["20260101T000000Z-aaaa", "20260101T000000Z-bbbb", "20260102T000000Z-aaab"]
      let made = try store.createRun(Sample.manifest())
      for id in ids {
        try FileManager.default.copyItem(atPath: made.path, toPath: store.directory + "/runs/\(id).journal")
      }
      #expect(try store.identifier(matching: ids[0]) == ids[0])
      #expect(try store.identifier(matching: "20260102") == ids[2])
      #expect(try store.identifier(matching: "bbbb") == ids[1])
      #expect(try store.identifier(matching: "latest") == ([made.id] + ids).max())
      for text in ["", "zzzz", "../../etc/passwd"] {
        #expect(try storeError { _ = try store.identifier(matching: text) }.code == .usage)
      }
      #expect(try storeError { _ = try store.identifier(matching: "20260101") }.message.contains("2 runs"))
      #expect(throws: ParallaxError.self) { try store.loadRun("../\(made.id)") }
    }
  }

  @Test func goesOnWithAnInterruptedRun() throws {
    try withStore { store in
      let observations = Sample.observations(9)
      let id = try {
        let journal = try store.createRun(Sample.manifest())
        try journal.append(Array(observations[..<4]))
        #expect(try storeError { _ = try store.reopenRun(journal.id) }.message.contains("another process"))
        return journal.id
      }()
      try {
        let (journal, _) = try store.reopenRun(id)
        try journal.append(Array(observations[4...]))
        try journal.finish(Sample.verdict(run: id))
      }()
      #expect(try store.loadRun(id).observations == observations)
    }
  }

  @Test func isForItsOwnerAlone() throws {
    try withStore { store in
      let journal = try store.createRun(Sample.manifest())
      func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
      }
      #expect(try mode(journal.path) == 0o600)
      #expect(try mode(store.directory) == 0o700)
      #expect(try mode(store.directory + "/runs") == 0o700)
    }
  }

  @Test func namesRunsByTheirTime() throws {
    try withStore { store in
      let id = try store.createRun(Sample.manifest()).id
      let formatter = DateFormatter()
      formatter.locale = Locale(identifier: "en_US_POSIX")
      formatter.timeZone = TimeZone(identifier: "UTC")
      formatter.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
      let began = try #require(formatter.date(from: String(id.prefix(16))))
      #expect(abs(began.timeIntervalSinceNow) < 60)
      #expect(id.wholeMatch(of: /\d{8}T\d{6}Z-[0-9a-f]{4}/) != nil)
    }
  }

  @Test func defaultDirectoryIsBelowTheStateDirectory() {
    #expect(RunStore.defaultDirectory().hasSuffix("/parallax"))
    #expect(RunStore.defaultDirectory().hasPrefix("/"))
  }
}
