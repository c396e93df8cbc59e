internal import ParallaxModel

/// What has been read of a journal so far, without its observations: those are handed on one by one.
struct RunContents {
  /// Where observations go.
  struct Reader {
    /// Told once, before the first of them.
    var begin: (RunManifest) -> Void = { _ in }
    /// Whether the next one is wanted with headers and body.
    var wantsAnswer: () -> Bool
    var take: (Observation) throws(ParallaxError) -> Void
  }

  let path: String
  let salvaging: Bool
  private(set) var manifest: RunManifest?
  private(set) var count = 0
  private(set) var history = RunHistory()
  private(set) var verdict: Verdict?
  private(set) var damages: [JournalDamage] = []
  private var readings = KnownReadings()
  private var hasBegun = false

  init(path: String, salvaging: Bool) {
    self.path = path
    self.salvaging = salvaging
  }

  /// The version of the journal's format, known from its first bytes.
  var version = JournalFormat.version

  /// - Parameter reader: nil where observations are only counted.
  mutating func take(_ step: JournalReader.Step, _ reader: Reader?) throws(ParallaxError) {
    switch step {
    case .end: return
    case .damage(let damage, _): try report(damage)
    case .record(let record):
      var observation: Observation?
      do throws(MalformedRecord) {
        observation = try record.payload.withUnsafeBufferPointer { bytes throws(MalformedRecord) in
          try take(record.kind, bytes, reader)
        }
      } catch {
        try report(
          JournalDamage(record: record.index, offset: record.offset, problem: "\(error.expected) was expected in it"))
      }
      guard let observation, let reader else { return }
      guard hasBegun else { throw StoreFailure.damaged(path, "its first record, the plan, is lost") }
      try reader.take(observation)
    }
  }

  private mutating func take(
    _ kind: JournalFormat.Kind, _ payload: UnsafeBufferPointer<UInt8>, _ observations: Reader?
  ) throws(MalformedRecord) -> Observation? {
    var reader = ByteReader(payload, version: version)
    var observation: Observation?
    switch kind {
    case .manifest:
      let own = try reader.manifest()
      manifest = own
      hasBegun = true
      observations?.begin(own)
    case .verdict: verdict = try reader.verdict()
    case .observation:
      count += 1
      guard let observations else { return nil }
      observation = try reader.observation(hasAnswer: observations.wantsAnswer(), known: &readings)
    case .directive: note(.directive(try reader.directive()))
    case .end: note(.end(try reader.directiveEnd()))
    case .resumption: note(.resumption(try reader.resumption()))
    }
    guard reader.isAtEnd else { throw MalformedRecord(expected: "nothing more") }
    return observation
  }

  /// What was read, observations apart.
  func run(_ id: String) throws(ParallaxError) -> StoredRun {
    guard let manifest else { throw StoreFailure.damaged(path, "its first record, the plan, is lost") }
    return StoredRun(
      id: id, manifest: manifest, observations: [], history: history, verdict: verdict, damages: damages)
  }

  private mutating func note(_ event: RunHistory.Event) {
    history.entries.append(RunHistory.Entry(event: event, observations: count))
  }

  private mutating func report(_ damage: JournalDamage) throws(ParallaxError) {
    guard salvaging else { throw StoreFailure.damaged(path, damage.description) }
    damages.append(damage)
  }
}
