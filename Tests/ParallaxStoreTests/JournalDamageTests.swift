internal import Foundation
internal import Glibc
internal import ParallaxModel
internal import ParallaxStore
internal import Testing

@Suite struct JournalDamageTests {
  /// A short journal, and the offsets at which its records end.
  private func withJournal(
    _ body: (_ store: RunStore, _ id: String, _ bytes: [UInt8], _ ends: [Int], _ replace: ([UInt8]) throws -> Void)
      throws
      -> Void
  ) throws {
    try withStore { store in
      var ends: [Int] = []
      let (id, path) = try {
        let journal = try store.createRun(Sample.manifest())
        func size() throws -> Int { try Data(contentsOf: URL(fileURLWithPath: journal.path)).count }
        ends.append(try size())
        for observation in Sample.observations(4) {
          try journal.append([observation])
          ends.append(try size())
        }
        return (journal.id, journal.path)
      }()
      let url = URL(fileURLWithPath: path)
      try body(store, id, Array(try Data(contentsOf: url)), ends) { try Data($0).write(to: url) }
    }
  }

  @Test func dropsATornTailWhereverItWasTorn() throws {
    let observations = Sample.observations(4)
    try withJournal { store, id, bytes, ends, replace in
      for length in ends[0]...bytes.count {
        try replace(Array(bytes[..<length]))
        let whole = ends.filter { $0 <= length }.count - 1
        #expect(try store.loadRun(id).observations == Array(observations[..<whole]))
      }
      try replace(Array(bytes[..<(ends[3] + 5)]))
      try store.reopenRun(id).journal.append([observations[3]])
      #expect(try store.loadRun(id).observations == observations)
      try replace(bytes + [UInt8](repeating: 0, count: 3_000_000))
      #expect(try store.loadRun(id).observations == observations)
    }
  }

  @Test func findsEverySingleBitFlip() throws {
    try withJournal { store, id, bytes, ends, _ in
      let descriptor = open("\(store.directory)/runs/\(id).journal", O_WRONLY)
      defer { close(descriptor) }
      func put(_ byte: UInt8, at position: Int) {
        withUnsafeBytes(of: byte) { _ = pwrite(descriptor, $0.baseAddress, 1, position) }
      }
      var missed: [Int] = []
      var misplaced: [Int] = []
      for position in bytes.indices {
        let record = ends.firstIndex { position < $0 } ?? 0
        let place = "record \(record) at byte \(record == 0 ? 8 : ends[record - 1])"
        for bit in 0..<8 {
          put(bytes[position] ^ 1 << UInt8(bit), at: position)
          do {
            _ = try store.loadRun(id)
            missed.append(position)
          } catch let error as ParallaxError where position >= 8 && !error.message.contains(place) {
            misplaced.append(position)
          } catch {}
        }
        put(bytes[position], at: position)
      }
      #expect(missed.isEmpty)
      #expect(misplaced.isEmpty)
      let restored = try store.loadRun(id).observations
      #expect(restored == Sample.observations(4))
    }
  }

  /// Bits drawn from a journal that is read in many pieces: in headers, in payloads, and where pieces meet.
  @Test func findsSingleBitFlipsInALongJournal() throws {
    try withStore { store in
      let (id, path) = try {
        let journal = try store.createRun(Sample.manifest())
        let observations = Sample.observations(20_000)
        for start in stride(from: 0, to: observations.count, by: 1000) {
          try journal.append(Array(observations[start..<start + 1000]))
        }
        return (journal.id, journal.path)
      }()
      let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
      try #require(size > 2 << 20)
      let descriptor = open(path, O_RDWR)
      defer { close(descriptor) }
      func flip(_ bit: Int, at position: Int) {
        var byte: UInt8 = 0
        _ = pread(descriptor, &byte, 1, position)
        byte ^= 1 << UInt8(bit)
        _ = pwrite(descriptor, &byte, 1, position)
      }
      var random = SeededGenerator(state: 11)
      let positions =
        (0..<300).map { _ in Int.random(in: 0..<size, using: &random) } + [
          0, 4096, 8192, 1 << 20, (1 << 20) + 4096, size - 1,
        ]
      var missed: [Int] = []
      for position in positions {
        let bit = Int.random(in: 0..<8, using: &random)
        flip(bit, at: position)
        if (try? store.readOutline(id)) != nil { missed.append(position) }
        flip(bit, at: position)
      }
      #expect(missed.isEmpty)
      #expect(try store.loadRun(id).observations == Sample.observations(20_000))
    }
  }

  @Test func findsMovedAndDoubledRecords() throws {
    try withJournal { store, id, bytes, ends, replace in
      let records = (0..<4).map { Array(bytes[ends[$0]..<ends[$0 + 1]]) }
      let head = Array(bytes[..<ends[0]])
      for order in [[0, 1, 1, 2, 3], [1, 0, 2, 3], [0, 2, 3]] {
        try replace(head + order.flatMap { records[$0] })
        #expect(throws: ParallaxError.self) { try store.loadRun(id) }
      }
    }
  }

  @Test func salvagesWhatIsWhole() throws {
    let observations = Sample.observations(4)
    try withJournal { store, id, bytes, ends, replace in
      var damaged = bytes
      damaged[ends[1] + 20] ^= 0x40
      try replace(damaged)
      let run = try store.loadRun(id, salvaging: true)
      #expect(run.observations == [observations[0], observations[2], observations[3]])
      #expect(run.damages.map(\.record) == [2])
      #expect(run.damages.map(\.offset) == [ends[1]])
      #expect(throws: ParallaxError.self) { try store.reopenRun(id) }
      #expect(try store.listRuns().first?.problem?.contains("record 2") == true)
    }
  }

  @Test func survivesRandomBytes() throws {
    try withJournal { store, id, bytes, _, replace in
      var random = SeededGenerator(state: 42)
      for _ in 0..<500 {
        var noise = Array(bytes[..<Int.random(in: 0...bytes.count, using: &random)])
        for _ in 0..<Int.random(in: 0...8, using: &random) where !noise.isEmpty {
          noise[Int.random(in: noise.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        try replace(noise)
        _ = try? store.loadRun(id, salvaging: true)
      }
    }
  }

  @Test func refusesANewerFormat() throws {
    try withJournal { store, id, bytes, _, replace in
      var newer = bytes
      newer[7] = 5
      try replace(newer)
      #expect(try storeError { _ = try store.loadRun(id) }.message.contains("format version 5"))
    }
  }
}
