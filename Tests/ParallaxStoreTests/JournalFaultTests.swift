internal import Foundation
internal import Glibc
internal import ParallaxModel
internal import ParallaxStore
internal import Synchronization
internal import Testing

/// A disk that fails on command.
private final class FaultyDisk: Sendable {
  private struct State {
    /// Bytes that still fit; nil for no bound.
    var room: Int?
    var syncError: Int32 = 0
    var shortWrites = false
    var interrupts = 0
  }

  private let state = Mutex(State())

  func fill(leaving room: Int?) { state.withLock { $0.room = room } }
  func failSync(with code: Int32) { state.withLock { $0.syncError = code } }
  func writeShort(interrupts: Int) {
    state.withLock {
      $0.shortWrites = true
      $0.interrupts = interrupts
    }
  }

  var system: JournalSystem {
    JournalSystem(
      write: { descriptor, bytes, offset in
        self.state.withLock { state in
          if state.interrupts > 0 {
            state.interrupts -= 1
            return -Int(EINTR)
          }
          var allowed = state.shortWrites ? min(3, bytes.count) : bytes.count
          if let room = state.room { allowed = min(allowed, room) }
          guard allowed > 0 else { return -Int(ENOSPC) }
          state.room = state.room.map { $0 - allowed }
          return pwrite(descriptor, bytes.baseAddress, allowed, off_t(offset))
        }
      },
      sync: { _ in -Int(self.state.withLock { $0.syncError }) })
  }
}

@Suite struct JournalFaultTests {
  @Test func fullDiskKeepsWhatWasAcknowledged() throws {
    let disk = FaultyDisk()
    try withStore(system: disk.system) { store in
      let journal = try store.createRun(Sample.manifest())
      let observations = Sample.observations(6)
      try journal.append(Array(observations[..<2]))
      for room in [0, 1, 17, 40] {
        disk.fill(leaving: room)
        let error = try storeError { try journal.append(Array(observations[2...])) }
        #expect(error.code == .storeFailed)
        #expect(error.message.contains("No space left"))
        #expect(error.location?.file == journal.path)
        #expect(error.remedy?.contains("free space") == true)
        #expect(try store.loadRun(journal.id).observations == Array(observations[..<2]))
      }
      disk.fill(leaving: nil)
      try journal.append(Array(observations[2...]))
      #expect(try store.loadRun(journal.id).observations == observations)
    }
  }

  @Test func failedSyncClosesTheJournalForGood() throws {
    let disk = FaultyDisk()
    try withStore(system: disk.system) { store in
      let journal = try store.createRun(Sample.manifest())
      try journal.append(Sample.observations(1))
      disk.failSync(with: EIO)
      #expect(try storeError { try journal.append(Sample.observations(1)) }.remedy?.contains("disk failed") == true)
      disk.failSync(with: 0)
      #expect(throws: ParallaxError.self) { try journal.append(Sample.observations(1)) }
      #expect(throws: ParallaxError.self) { try journal.finish(Sample.verdict(run: journal.id)) }
      #expect(try store.loadRun(journal.id).observations.first == Sample.observations(1).first)
    }
  }

  @Test func shortAndInterruptedWritesAreContinued() throws {
    let disk = FaultyDisk()
    try withStore(system: disk.system) { store in
      disk.writeShort(interrupts: 3)
      let journal = try store.createRun(Sample.manifest())
      try journal.append(Sample.observations(20))
      #expect(try store.loadRun(journal.id).observations == Sample.observations(20))
    }
  }

  @Test func unusableDirectoriesAreNamed() throws {
    let file = NSTemporaryDirectory() + "parallax-file-\(UUID().uuidString)"
    try Data().write(to: URL(fileURLWithPath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    let error = try storeError { _ = try RunStore(directory: file + "/below").createRun(Sample.manifest()) }
    #expect(error.code.exitStatus == .storeFailure)
    #expect(error.location?.file.hasPrefix(file) == true)
    #expect(error.remedy != nil)
  }

  @Test func appendsFromManyTasksAreAllKept() async throws {
    let directory = NSTemporaryDirectory() + "parallax-tasks-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let store = RunStore(directory: directory)
    let journal = try store.createRun(Sample.manifest())
    let observations = Sample.observations(200)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for observation in observations { group.addTask { try journal.append([observation]) } }
      try await group.waitForAll()
    }
    #expect(try store.loadRun(journal.id).observations.sorted { $0.id < $1.id } == observations)
  }
}
