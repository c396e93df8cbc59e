internal import CParallaxSystem
internal import Foundation
package import ParallaxModel
internal import Synchronization

/// Work inside a network namespace.
package enum NetworkNamespace {
  /// Runs the body on a thread of its own that has moved into the namespace; nil is the machine's own network. A socket
  /// made there belongs to the namespace for good. Blocks until the body ends.
  package static func run<T: Sendable>(
    in namespace: String?, _ body: @escaping @Sendable () throws(ParallaxError) -> T
  ) throws(ParallaxError) -> T {
    guard let namespace else { return try body() }
    let outcome = Outcome<T>()
    Thread {
      outcome.set(
        Result { () throws(ParallaxError) -> T in
          try enter(namespace)
          return try body()
        })
    }.start()
    return try outcome.wait().get()
  }

  private static func enter(_ namespace: String) throws(ParallaxError) {
    let descriptor = open(NamespaceNetwork.path(namespace), O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, parallax_enter_network_namespace(descriptor) == 0 else {
      throw ParallaxError(
        .labFailed, "the network namespace \(namespace) cannot be entered", cause: String(cString: strerror(errno)))
    }
  }
}

/// What a thread hands to the one that waits for it.
private final class Outcome<T: Sendable>: Sendable {
  private let result = Mutex<Result<T, ParallaxError>?>(nil)
  private let done = DispatchSemaphore(value: 0)

  func set(_ value: Result<T, ParallaxError>) {
    result.withLock { $0 = value }
    done.signal()
  }

  func wait() -> Result<T, ParallaxError> {
    done.wait()
    return result.withLock { $0! }
  }
}
