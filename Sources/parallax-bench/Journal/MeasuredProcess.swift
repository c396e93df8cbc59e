internal import Glibc
internal import ParallaxModel

/// A program run to its end, with what it took.
struct MeasuredProcess {
  /// On the wall.
  var seconds: Double
  /// Its largest size in memory, as the kernel counted it.
  var megabytes: Double

  /// - Parameter output: the file that its standard output goes to.
  static func run(_ arguments: [String], output: String = "/dev/null") throws -> MeasuredProcess {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    let clock = ContinuousClock()
    let began = clock.now
    var child = pid_t()
    let problem = posix_spawnp(&child, arguments[0], &actions, nil, &words, environ)
    guard problem == 0 else { throw failure(arguments, String(cString: strerror(problem))) }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw failure(arguments, String(cString: strerror(errno))) }
    }
    guard status == 0 else { throw failure(arguments, "it ended with wait status \(status)") }
    return MeasuredProcess(
      seconds: (clock.now - began) / .seconds(1), megabytes: Double(usage.ru_maxrss) / 1024)
  }

  private static func failure(_ arguments: [String], _ why: String) -> ParallaxError {
    ParallaxError(.storeFailed, "\(arguments.joined(separator: " ")): \(why)")
  }
}
