internal import Foundation

/// Makes an empty directory of mode 0700, passes its absolute path to the body, and removes it with all it then holds.
package func withTemporaryDirectory<T>(_ body: (_ path: String) async throws -> T) async throws -> T {
  let path = try makeTemporaryDirectory()
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try await body(path)
}

private func makeTemporaryDirectory() throws -> String {
  var template = Array((NSTemporaryDirectory() + "/parallax-test-XXXXXX").utf8CString)
  guard mkdtemp(&template) != nil else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  return URL(fileURLWithPath: path).standardizedFileURL.path
}
