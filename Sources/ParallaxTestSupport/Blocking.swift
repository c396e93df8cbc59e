internal import Foundation

/// Runs work that blocks on a thread of its own, so that the few threads of Swift's pool stay free for other tests.
package func blocking<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Result(catching: work)) }.start()
  }
}
