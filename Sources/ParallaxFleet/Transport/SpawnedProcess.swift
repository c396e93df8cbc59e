internal import Glibc
internal import ParallaxModel
internal import Synchronization

/// A child process and our ends of its pipes.
///
/// Our own, because Foundation's `Process` notices the ends of its children one after the other: while one lives that has
/// closed the descriptors it does not know, as ssh does, nobody hears of the ends of the others.
struct SpawnedProcess: Sendable {
  let pid: Int32
  /// -1 where its standard input was given.
  let input: Int32
  let output: Int32
  let errors: Int32

  /// Starts `command[0]`, looked up in PATH, in a process group of its own, so that a terminal's interrupt does not reach
  /// it.
  ///
  /// - Parameter standardInput: what it reads, in place of a pipe of ours.
  /// Errors: `linkFailed` where it cannot be started.
  init(_ command: [String], standardInput: Int32? = nil) throws {
    // One at a time: a child that started between the making of another's pipes and their marking would keep them open.
    self = try Self.turn.withLock { _ in try SpawnedProcess(inTurn: command, standardInput: standardInput) }
  }

  private static let turn = Mutex(())

  private init(inTurn command: [String], standardInput: Int32?) throws {
    var theirs: [Int32] = []
    var ours: [Int32] = []
    do {
      if standardInput == nil { try Self.pipe(&theirs, &ours, writing: true) }
      try Self.pipe(&theirs, &ours, writing: false)
      try Self.pipe(&theirs, &ours, writing: false)
      pid = try Self.spawn(command, descriptors: (standardInput.map { [$0] } ?? []) + theirs)
    } catch {
      for descriptor in theirs + ours { close(descriptor) }
      throw error
    }
    for descriptor in theirs { close(descriptor) }
    input = standardInput == nil ? ours.removeFirst() : -1
    (output, errors) = (ours[0], ours[1])
  }

  /// Waits until it has ended, and leaves it to be reaped.
  func waitForEnd() {
    var information = siginfo_t()
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
  }

  /// Its exit status, or 128 + the signal that killed it. Once, after its end.
  func reap() -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
  }

  /// Everything that comes until the far end of a pipe closes.
  static func all(of descriptor: Int32) -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 { all += buffer[..<count] } else if count == 0 || errno != EINTR { return all }
    }
  }

  private static func pipe(_ theirs: inout [Int32], _ ours: inout [Int32], writing: Bool) throws {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw failure("a pipe cannot be made", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    theirs.append(ends[writing ? 0 : 1])
    ours.append(ends[writing ? 1 : 0])
  }

  /// - Parameter descriptors: its first three.
  private static func spawn(_ command: [String], descriptors: [Int32]) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // What this process ignores or blocks, the child would too.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    let words = command.map { strdup($0) }
    defer { for word in words { free(word) } }
    var pid: pid_t = 0
    let status = posix_spawnp(&pid, command[0], &actions, &attributes, words + [nil], environ)
    guard status == 0 else { throw failure("\(command[0]) cannot be started", status) }
    return pid
  }

  private static func failure(_ what: String, _ number: Int32) -> ParallaxError {
    ParallaxError(.linkFailed, what, cause: String(cString: strerror(number)))
  }
}
