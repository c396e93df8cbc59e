internal import Glibc
public import ParallaxModel

/// The place where runs are kept: one journal per run, in a directory for its owner alone (0700, files 0600).
///
/// Every error is `store_failed` (a run that does not exist: `usage`), with the path and what to do.
public struct RunStore: Sendable {
  public let directory: String
  private let system: JournalSystem

  /// - Parameter directory: made when the first run is created; nil means `defaultDirectory`.
  public init(directory: String? = nil) {
    self.init(directory: directory ?? Self.defaultDirectory(), system: .real)
  }

  package init(directory: String, system: JournalSystem) {
    self.directory = directory
    self.system = system
  }

  /// `$XDG_STATE_HOME/parallax`, or `~/.local/state/parallax`.
  public static func defaultDirectory() -> String {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    // The specification asks that a relative path be ignored.
    if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/parallax" }
    return (variable("HOME") ?? "/tmp") + "/.local/state/parallax"
  }

  private var runs: String { directory + "/runs" }
  private func path(of id: String) -> String { "\(runs)/\(id).journal" }

  /// A name for a run that begins now. Agents learn it before the run's journal exists.
  public static func newIdentifier() -> String { RunIdentifier.make(at: time(nil)) }

  /// Begins a run: its manifest is durable before this returns.
  ///
  /// - Parameter id: from `newIdentifier`.
  public func createRun(
    _ manifest: RunManifest, id: String = RunStore.newIdentifier()
  ) throws(ParallaxError) -> RunJournal {
    precondition(RunIdentifier.isValid(id), "a run's name comes from newIdentifier")
    try StoreDirectory.make(runs)
    let path = path(of: id)
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StoreFailure.system("create the journal", path, errno) }
    let header = JournalFormat.fileHeader
    let journal = RunJournal(
      id: id, path: path, descriptor: descriptor, nextIndex: 0, end: header.count, system: system)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw StoreFailure.system("lock the journal", path, errno) }
    guard header.withUnsafeBytes({ pwrite(descriptor, $0.baseAddress, $0.count, 0) }) == header.count else {
      throw StoreFailure.system("write the journal", path, errno)
    }
    try journal.begin(manifest)
    try StoreDirectory.sync(runs)
    return journal
  }

  /// When a run's journal was last written to, seconds since 1970.
  public func lastActive(_ id: String) throws(ParallaxError) -> Double {
    let path = try existingPath(of: id)
    var status = stat()
    guard stat(path, &status) == 0 else { throw StoreFailure.system("look at the journal", path, errno) }
    return Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
  }

  /// Opens a run to go on with it, and reads it on the way. A tail that a crash tore is cut off; a run that another process
  /// writes is refused.
  public func reopenRun(_ id: String) throws(ParallaxError) -> (journal: RunJournal, run: StoredRun) {
    let path = try existingPath(of: id)
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreFailure.system("open the journal", path, errno) }
    do throws(ParallaxError) {
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        throw ParallaxError(
          .storeFailed, "another process is writing the run \(id)", at: ParallaxError.Location(file: path),
          remedy: "wait for it to end, or stop it")
      }
      var contents = RunContents(path: path, salvaging: false)
      var observations: [Observation] = []
      let taking = RunContents.Reader(wantsAnswer: { true }, take: { observations.append($0) })
      var reader = try JournalReader(path: path, descriptor: descriptor)
      contents.version = reader.version
      reading: while true {
        let step = try reader.next()
        if case .end = step { break reading }
        try contents.take(step, taking)
      }
      guard reader.version == JournalFormat.version else {
        throw ParallaxError(
          .usage, "the run \(id) was begun by an older version of this program, which kept too little to go on with",
          at: ParallaxError.Location(file: path), remedy: "run its plan again")
      }
      var run = try contents.run(id)
      run.observations = observations
      // Only then: whoever goes on with the run asks when it was last written to.
      let isTorn = lseek(descriptor, 0, SEEK_END) > reader.end
      guard !isTorn || ftruncate(descriptor, off_t(reader.end)) == 0 && fsync(descriptor) == 0 else {
        throw StoreFailure.system("cut the torn tail off the journal", path, errno)
      }
      let journal = RunJournal(
        id: id, path: path, descriptor: descriptor, nextIndex: reader.nextIndex, end: reader.end, system: system)
      return (journal, run)
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Everything of a run. A torn tail, never acknowledged, is left out; a damaged record is an error that says which.
  ///
  /// - Parameter salvaging: leave damaged records out and report them, instead of failing.
  public func loadRun(_ id: String, salvaging: Bool = false) throws(ParallaxError) -> StoredRun {
    var observations: [Observation] = []
    var run = try readRun(id, salvaging: salvaging) { observation in observations.append(observation) }
    run.observations = observations
    return run
  }

  /// What a run says of itself, without its observations.
  public func readOutline(_ id: String) throws(ParallaxError) -> StoredRun { try read(id, salvaging: false, nil) }

  /// Reads a run that may be longer than the memory: what it returns has no observations, they are handed over one by one,
  /// in the order in which they were acknowledged.
  ///
  /// - Parameters:
  ///   - salvaging: leave damaged records out and report them, instead of failing.
  ///   - begin: told what the run is, before its first observation.
  ///   - wantsAnswer: asked before each observation; false leaves its headers and body out, which is much faster.
  ///   - take: an error that it throws ends the reading.
  public func readRun(
    _ id: String, salvaging: Bool = false, begin: @escaping (RunManifest) -> Void = { _ in },
    wantsAnswer: @escaping () -> Bool = { true }, take: @escaping (Observation) throws(ParallaxError) -> Void
  ) throws(ParallaxError) -> StoredRun {
    try read(id, salvaging: salvaging, RunContents.Reader(begin: begin, wantsAnswer: wantsAnswer, take: take))
  }

  private func read(
    _ id: String, salvaging: Bool, _ reader: RunContents.Reader?
  ) throws(ParallaxError) -> StoredRun {
    var contents = RunContents(path: try existingPath(of: id), salvaging: salvaging)
    try scan(contents.path) { version, step throws(ParallaxError) in
      contents.version = version
      try contents.take(step, reader)
    }
    return try contents.run(id)
  }

  /// All runs, the newest first. A run that cannot be read is listed with its problem.
  public func listRuns() throws(ParallaxError) -> [RunSummary] {
    var summaries: [RunSummary] = []
    for id in try identifiers().reversed() {
      var contents = RunContents(path: path(of: id), salvaging: false)
      var problem: String?
      do throws(ParallaxError) {
        try scan(contents.path) { version, step throws(ParallaxError) in
          contents.version = version
          try contents.take(step, nil)
        }
      } catch { problem = error.message }
      summaries.append(
        RunSummary(
          id: id, manifest: contents.manifest, observations: contents.count, verdict: contents.verdict,
          problem: problem ?? (contents.manifest == nil ? "its first record, the plan, is lost" : nil)))
    }
    return summaries
  }

  /// The name of the run that a user means: a whole name, a beginning or an end that only one run has, or `latest`.
  public func identifier(matching text: String) throws(ParallaxError) -> String {
    let all = try identifiers()
    if all.contains(text) { return text }
    if text == "latest", let last = all.last { return last }
    let matches = text.isEmpty ? [] : all.filter { $0.hasPrefix(text) || $0.hasSuffix("-" + text) }
    guard let match = matches.first else { throw StoreFailure.noSuchRun(text, directory) }
    guard matches.count == 1 else {
      throw ParallaxError(
        .usage, "`\(text)` can be any of \(matches.count) runs", remedy: "write more of the name, such as \(match)")
    }
    return match
  }

  private func identifiers() throws(ParallaxError) -> [String] {
    let suffix = ".journal"
    return try StoreDirectory.entries(of: runs).compactMap { name in
      guard name.hasSuffix(suffix), RunIdentifier.isValid(String(name.dropLast(suffix.count))) else { return nil }
      return String(name.dropLast(suffix.count))
    }
  }

  private func existingPath(of id: String) throws(ParallaxError) -> String {
    guard RunIdentifier.isValid(id), access(path(of: id), F_OK) == 0 else {
      throw StoreFailure.noSuchRun(id, directory)
    }
    return path(of: id)
  }

  private func scan(
    _ path: String, _ visit: (UInt8, JournalReader.Step) throws(ParallaxError) -> Void
  ) throws(ParallaxError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreFailure.system("open the journal", path, errno) }
    defer { close(descriptor) }
    var reader = try JournalReader(path: path, descriptor: descriptor)
    while true {
      let step = try reader.next()
      try visit(reader.version, step)
      switch step {
      case .record, .damage(_, canGoOn: true): continue
      case .damage, .end: return
      }
    }
  }
}
