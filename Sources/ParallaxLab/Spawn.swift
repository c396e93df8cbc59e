internal import Foundation
package import ParallaxModel

/// Starts a program with exactly the environment and the three descriptors given: nothing else is inherited.
///
/// The lab's daemons must not keep a terminal, a pipe or a secret of the shell that started them.
package struct Spawn {
  package var executable: String
  package var arguments: [String]
  package var environment: [String: String]
  package var standardInput: Int32?
  package var standardOutput: Int32?
  package var standardError: Int32?
  /// Makes the program the leader of a session of its own, out of reach of the terminal's interrupt key.
  package var inNewSession = false

  package init(_ executable: String, _ arguments: [String], environment: [String: String] = Spawn.bareEnvironment) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
  }

  /// Enough for a daemon or a tool whose output is read by a program.
  package static let bareEnvironment = [
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C",
  ]

  /// Starts the program and returns its process id. A descriptor left nil is /dev/null.
  package func start() throws(ParallaxError) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in [(Int32(0), standardInput), (1, standardOutput), (2, standardError)] {
      if let source {
        posix_spawn_file_actions_adddup2(&actions, source, target)
      } else {
        posix_spawn_file_actions_addopen(&actions, target, "/dev/null", target == 0 ? O_RDONLY : O_WRONLY, 0)
      }
    }
    // glibc ignores a close of a descriptor that is gone by then.
    for descriptor in Self.openDescriptors() where descriptor > 2 {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, which glibc shows only to _GNU_SOURCE
    let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (inNewSession ? newSession : 0)
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let argv = Self.cStrings([executable] + arguments)
    let envp = Self.cStrings(environment.map { "\($0.key)=\($0.value)" })
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: Int32 = 0
    let status = posix_spawn(&pid, executable, &actions, &attributes, argv, envp)
    guard status == 0 else {
      throw ParallaxError(.labFailed, "\(executable) cannot be started", cause: String(cString: strerror(status)))
    }
    return pid
  }

  private static func cStrings(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
    strings.map { strdup($0) } + [nil]
  }

  private static func openDescriptors() -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return names.compactMap { Int32($0) }
  }
}
