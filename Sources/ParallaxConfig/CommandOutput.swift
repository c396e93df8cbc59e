internal import Glibc

/// Standard output of a short command. Standard input and error stay the user's, so that it can ask for a passphrase.
enum CommandOutput {
  struct Failure: Error {
    let reason: String
  }

  static func read(_ words: [String], limit: Int, seconds: Int) throws(Failure) -> String {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure(reason: message(errno)) }
    // The child gets the writing end as its standard output and no other descriptor of the pipe.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var child: pid_t = 0
    let status = posix_spawnp(&child, words[0], &actions, nil, &arguments, environ)
    close(ends[1])
    guard status == 0 else { throw Failure(reason: message(status)) }
    let deadline = ContinuousClock.now + .seconds(seconds)
    let output = collect(ends[0], limit: limit, until: deadline)
    let result = end(of: child, until: output == nil ? ContinuousClock.now : deadline)
    guard let output else { throw Failure(reason: "no end of output in \(seconds) s, or more than \(limit) bytes") }
    // A child that exits normally reports its status in the second byte and zero in the first.
    guard result == 0 else {
      throw Failure(reason: result & 0x7f == 0 ? "exit status \(result >> 8)" : "signal \(result & 0x7f)")
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// The child's status once it has ended, which it is made to do when the time is over.
  private static func end(of child: pid_t, until deadline: ContinuousClock.Instant) -> Int32 {
    var result: Int32 = 0
    // Most have ended when their output has; the others may have closed it and stayed.
    while ContinuousClock.now < deadline {
      let ended = waitpid(child, &result, WNOHANG)
      if ended == child { return result }
      guard ended == 0 || errno == EINTR else { return result }
      usleep(5000)
    }
    kill(child, SIGKILL)
    while waitpid(child, &result, 0) < 0 && errno == EINTR {}
    return result
  }

  /// nil when the time or the limit is over.
  private static func collect(
    _ descriptor: Int32, limit: Int, until deadline: ContinuousClock.Instant
  ) -> [UInt8]? {
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while output.count <= limit {
      let left = (deadline - ContinuousClock.now).components
      guard left.seconds >= 0, left.attoseconds >= 0 else { return nil }
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&entry, 1, Int32(left.seconds) * 1000 + 1000)
      if ready == 0 { return nil }
      if ready < 0 && errno == EINTR { continue }
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return count == 0 ? output : nil }
      output += chunk[..<count]
    }
    return nil
  }

  private static func message(_ code: Int32) -> String { String(cString: strerror(code)) }
}
