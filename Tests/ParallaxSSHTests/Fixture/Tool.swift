internal import Glibc

/// Programs that tests run, by posix_spawn: Foundation's Process needs run loops that tests do not have.
enum Tool {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static let needed = ["/usr/sbin/sshd", "/usr/bin/ssh-keygen", "/usr/bin/ssh-agent", "/usr/bin/ssh-add"]

  /// The programs of OpenSSH that these tests drive, where Debian puts them.
  static let missing = needed.filter { access($0, X_OK) != 0 }

  /// Tests on a real server run wherever OpenSSH is installed, and always in continuous integration: there, what is
  /// missing must fail, not pass unnoticed.
  static let canServe = missing.isEmpty || getenv("CI").map { String(cString: $0) } == "true"

  /// Runs a program to its end and returns what it printed.
  @discardableResult
  static func run(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws -> String {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure(description: "pipe: \(errno)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let pid: pid_t
    do {
      pid = try spawn(path, arguments, environment: environment, output: ends[1])
    } catch {
      close(ends[0])
      close(ends[1])
      throw error
    }
    close(ends[1])
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(ends[0], &chunk, chunk.count)
      guard count > 0 else { break }
      output += chunk[..<count]
    }
    close(ends[0])
    let text = String(decoding: output, as: UTF8.self)
    let status = wait(for: pid)
    guard status == 0 else {
      throw Failure(description: "\(path) \(arguments.joined(separator: " ")): \(status) \(text)")
    }
    return text
  }

  /// Starts a program without input, its output going to a descriptor, or nowhere.
  static func spawn(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], output: Int32? = nil
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for target: Int32 in [1, 2] {
      if let output {
        posix_spawn_file_actions_adddup2(&actions, output, target)
      } else {
        posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_WRONLY, 0)
      }
    }
    // Worker threads of the runtime block every signal, and a child inherits that: it could not be asked to end.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let variables = ["PATH=/usr/local/bin:/usr/bin:/bin"] + environment.map { "\($0)=\($1)" }
    let argv = ([path] + arguments).map { strdup($0) } + [nil]
    let envp = variables.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let status = posix_spawn(&pid, path, &actions, &attributes, argv, envp)
    guard status == 0 else { throw Failure(description: "\(path): \(String(cString: strerror(status)))") }
    return pid
  }

  /// The program's raw exit status, once it has ended.
  @discardableResult
  static func wait(for pid: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status
  }

  static func isRunning(_ pid: pid_t) -> Bool {
    waitpid(pid, nil, WNOHANG) == 0
  }

  static func end(_ pid: pid_t) {
    kill(pid, SIGTERM)
    wait(for: pid)
  }
}
