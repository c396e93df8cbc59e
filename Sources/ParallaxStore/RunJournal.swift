internal import Glibc
public import ParallaxModel
internal import Synchronization

/// The journal of one run: what is appended is on stable storage before `append` returns.
///
/// A failed write is undone and may be tried again. After a failed sync the kernel may have dropped what it held, so
/// nothing more can be promised: the journal stays closed for writing. Both leave everything acknowledged intact.
public final class RunJournal: RunRecorder {
  /// The run's name, such as `20261124T061500Z-7f3a`.
  public let id: String
  public let path: String

  private struct State: ~Copyable {
    let descriptor: Int32
    var nextIndex: Int
    /// Size of the file as far as it is acknowledged.
    var end: Int
    var failure: ParallaxError?
  }

  private let state: Mutex<State>
  private let system: JournalSystem

  /// Takes over the descriptor, which is locked and stands open for reading and writing.
  init(id: String, path: String, descriptor: Int32, nextIndex: Int, end: Int, system: JournalSystem) {
    self.id = id
    self.path = path
    self.system = system
    state = Mutex(State(descriptor: descriptor, nextIndex: nextIndex, end: end))
  }

  deinit {
    state.withLock { state in _ = close(state.descriptor) }
  }

  /// Appends observations, in order, as one write and one sync: a batch costs hardly more than one of them.
  public func append(_ observations: [Observation]) throws(ParallaxError) {
    guard !observations.isEmpty else { return }
    try append(observations, kind: .observation) { $0.observation($1) }
  }

  public func begin(_ directive: Directive) throws(ParallaxError) {
    try append([directive], kind: .directive) { $0.directive($1) }
  }

  public func end(_ end: DirectiveEnd) throws(ParallaxError) {
    try append([end], kind: .end) { $0.directiveEnd($1) }
  }

  public func resume(_ resumption: Resumption) throws(ParallaxError) {
    try append([resumption], kind: .resumption) { $0.resumption($1) }
  }

  /// Appends the verdict. A run that goes on later gets another; the last one counts.
  public func finish(_ verdict: Verdict) throws(ParallaxError) {
    try append([verdict], kind: .verdict) { $0.verdict($1) }
  }

  func begin(_ manifest: RunManifest) throws(ParallaxError) {
    try append([manifest], kind: .manifest) { $0.manifest($1) }
  }

  private func append<T>(
    _ values: [T], kind: JournalFormat.Kind, _ encode: (inout ByteWriter, T) -> Void
  ) throws(ParallaxError) {
    var bytes: [UInt8] = []
    var writer = ByteWriter()
    let result: Result<Void, ParallaxError> = state.withLock { state in
      if let failure = state.failure { return .failure(failure) }
      for (offset, value) in values.enumerated() {
        writer.removeAll()
        encode(&writer, value)
        JournalFormat.append(writer.bytes, kind: kind, index: state.nextIndex + offset, to: &bytes)
      }
      if let failure = write(bytes, &state) { return .failure(failure) }
      state.nextIndex += values.count
      state.end += bytes.count
      return .success(())
    }
    try result.get()
  }

  private func write(_ bytes: [UInt8], _ state: inout State) -> ParallaxError? {
    let descriptor = state.descriptor
    let problem: Int = bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = system.write(descriptor, UnsafeRawBufferPointer(rebasing: buffer[done...]), state.end + done)
        if count == -Int(EINTR) { continue }
        if count <= 0 { return count == 0 ? -Int(EIO) : count }
        done += count
      }
      return 0
    }
    if problem < 0 {
      let failure = StoreFailure.system("write the journal", path, Int32(-problem))
      // What was written of the batch must not stand before the next record.
      if ftruncate(descriptor, state.end) != 0 { state.failure = failure }
      return failure
    }
    let synced = system.sync(descriptor)
    guard synced < 0 else { return nil }
    state.failure = StoreFailure.system("make the journal durable", path, Int32(-synced))
    return state.failure
  }
}
