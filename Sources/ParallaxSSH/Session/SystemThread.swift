// libssh2.h pulls in the header that defines pthread_attr_t, so Swift counts it as that module's.
internal import CLibSSH2
internal import Glibc

/// Threads with a small stack: libssh2 and our loop need little, and there is one for each host.
enum SystemThread {
  private static let stackSize = 512 << 10

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  static func start(_ run: @escaping @Sendable () -> Void) throws(SSHError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
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
  }
}
