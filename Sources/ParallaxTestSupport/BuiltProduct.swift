internal import Foundation

/// An executable of this package, built beside the running tests.
package enum BuiltProduct {
  /// The absolute path of the product; nil where it is not built.
  package static func path(_ name: String) -> String? {
    guard let tests = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
    let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent(name).path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }
}
