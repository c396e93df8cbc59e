internal import ParallaxModel

/// What has been read of a journal so far.
struct RunContents {
  let path: String
  let salvaging: Bool
  private(set) var manifest: RunManifest?
  private(set) var observations: [Observation] = []
  private(set) var count = 0
  private(set) var history = RunHistory()
  private(set) var verdict: Verdict?
  private(set) var damages: [JournalDamage] = []

  init(path: String, salvaging: Bool) {
    self.path = path
    self.salvaging = salvaging
  }

  /// The version of the journal's format, known from its first bytes.
  var version = JournalFormat.version

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
    var reader = ByteReader(record.payload, version: version)
    switch record.kind {
    case .manifest: manifest = try reader.manifest()
    case .verdict: verdict = try reader.verdict()
    case .observation:
      count += 1
      guard decoding else { return }
      observations.append(try reader.observation())
    case .directive: note(.directive(try reader.directive()))
    case .end: note(.end(try reader.directiveEnd()))
    case .resumption: note(.resumption(try reader.resumption()))
    }
    guard reader.isAtEnd else { throw MalformedRecord(expected: "nothing more") }
  }

  private mutating func note(_ event: RunHistory.Event) {
    history.entries.append(RunHistory.Entry(event: event, observations: count))
  }

  private mutating func report(_ damage: JournalDamage) throws(ParallaxError) {
    guard salvaging else { throw StoreFailure.damaged(path, damage.description) }
    damages.append(damage)
  }
}
