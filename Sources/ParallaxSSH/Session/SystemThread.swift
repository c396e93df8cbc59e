// libssh2.h pulls in the header that defines pthread_attr_t, so Swift counts it as that module's.
internal import CLibSSH2
internal import Glibc

/// Threads with a small stack: libssh2 and our loop need little, and there is one for each host.
enum SystemThread {
  private static let stackSize = 512 << 10
  /// Heaps of the C library. By itself it makes eight for each processor when there are many threads, and what hundreds
  /// of sessions used once, in their handshakes, stays in all of them.
  private static let heaps: Int32 = 2

  enum Kind: Sendable {
    case detached
    /// It must be joined, or detached in the end.
    case joinable
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private static let fewHeaps: Void = { _ = mallopt(M_ARENA_MAX, heaps) }()

  @discardableResult static func start(
    _ kind: Kind = .detached, _ run: @escaping @Sendable () -> Void
  ) throws(SSHError) -> pthread_t {
    _ = fewHeaps
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)
    if kind == .detached { pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED)) }
    let body = Unmanaged.passRetained(Body(run))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    guard status == 0 else {
      body.release()
      throw SSHError(.system, "cannot start a thread: \(String(cString: strerror(status)))")
    }
    return thread
  }
}
