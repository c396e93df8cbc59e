internal import ParallaxModel

/// What has been read of a journal so far.
struct RunContents {
  let path: String
  let salvaging: Bool
  private(set) var manifest: RunManifest?
  private(set) var observations: [Observation] = []
  private(set) var count = 0
  private(set) var verdict: Verdict?
  private(set) var damages: [JournalDamage] = []

  init(path: String, salvaging: Bool) {
    self.path = path
    self.salvaging = salvaging
  }

  /// - Parameter decoding: whether observations are kept, or only counted.
  mutating func take(_ step: JournalReader.Step, decoding: Bool) throws(ParallaxError) {
    switch step {
    case .end: return
    case .damage(let damage, _): try report(damage)
    case .record(let record):
      do throws(MalformedRecord) { try take(record, decoding: decoding) } catch {
        try report(
          JournalDamage(record: record.index, offset: record.offset, problem: "\(error.expected) was expected in it"))
      }
    }
  }

  private mutating func take(_ record: JournalReader.Record, decoding: Bool) throws(MalformedRecord) {
    var reader = ByteReader(record.payload)
    switch record.kind {
    case .manifest: manifest = try reader.manifest()
    case .verdict: verdict = try reader.verdict()
    case .observation:
      count += 1
      guard decoding else { return }
      observations.append(try reader.observation())
    }
    guard reader.isAtEnd else { throw MalformedRecord(expected: "nothing more") }
  }

  private mutating func report(_ damage: JournalDamage) throws(ParallaxError) {
    guard salvaging else { throw StoreFailure.damaged(path, damage.description) }
    damages.append(damage)
  }
}
