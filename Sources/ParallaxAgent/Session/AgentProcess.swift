internal import Glibc
internal import NIOCore
internal import NIOPosix
public import ParallaxModel
internal import ParallaxWire

/// The agent as a process: standard input and output are its link, and their end is its end.
public enum AgentProcess {
  public static let version = "1.0.0"

  static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "aarch64"
    #else
      "unknown"
    #endif
  }

  /// Serves the controller, and ends the process when its end of the link closes. Throws when standard input or output cannot be one.
  ///
  /// - Parameters:
  ///   - relay: a socket in the file system that leads to the target: every connection is made there, and nowhere else.
  ///   - patience: how long a controller may be silent.
  ///   - makeReader: turns the plan's own rules into what reads answers during a ramp and for the stop rules.
  public static func run(
    through relay: String?, patience: Patience = Patience(),
    makeReader: @escaping @Sendable ([LimitRule]) -> AnswerReader
  ) throws {
    signal(SIGPIPE, SIG_IGN)
    forbidCoreDumps()
    Precedence.take()
    let ceiling = Ceiling(descriptors: raiseDescriptorLimit())
    let (input, output) = try claimStandardStreams()
    // One loop: its own timers are the only clock that keeps an instant to a tenth of a millisecond.
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let channel = try NIOPipeBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            ControllerLink(patience: patience) { channel in
              AgentSession(
                loop: channel.eventLoop, outbox: Outbox(channel: channel, backlogLimit: ceiling.backlog),
                ceiling: ceiling, relay: relay, makeReader: makeReader)
            } atEnd: {
              // At once, whatever is under way: the kernel closes its connections faster than any code of ours.
              _exit(0)
            })
        }
      }
      .takingOwnershipOfDescriptors(input: input, output: output)
      .wait()
    try channel.closeFuture.wait()
  }

  /// The link gets descriptors of its own; whatever a library prints from now on goes to standard error.
  private static func claimStandardStreams() throws -> (input: CInt, output: CInt) {
    let input = dup(STDIN_FILENO)
    let output = dup(STDOUT_FILENO)
    guard isLink(input), isLink(output) else { throw IOError(errnoCode: ENOTSUP, reason: "standard streams") }
    dup2(STDERR_FILENO, STDOUT_FILENO)
    let null = open("/dev/null", O_RDONLY)
    if null >= 0 {
      dup2(null, STDIN_FILENO)
      close(null)
    }
    return (input, output)
  }

  /// A pipe, a socket or a terminal: something that can be waited for.
  private static func isLink(_ descriptor: CInt) -> Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return false }
    let kind = status.st_mode & S_IFMT
    return kind == S_IFIFO || kind == S_IFSOCK || isatty(descriptor) == 1
  }

  /// A core file would hold the keys.
  private static func forbidCoreDumps() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
  }

  /// How many descriptors this process may have, after asking for as many as the host allows.
  private static func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(min(limit.rlim_cur, 1 << 20))
  }
}

extension Ceiling {
  /// Some descriptors are not for connections.
  fileprivate init(descriptors: Int) {
    self.init()
    inFlight = max(1, min(inFlight, descriptors - 64))
  }
}
