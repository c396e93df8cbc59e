internal import Foundation
internal import Glibc
public import ParallaxModel

/// Fetches the values of a plan's keys from where the plan says they are, once, when a run starts.
///
/// Every error is `plan_invalid`, names the key and its source, and never holds a value.
public enum KeyResolver {
  /// Bytes a key may have.
  public static let sizeLimit = 16384

  /// The name under which the private key of the client certificate is found; no key of a plan can have it.
  public static let clientKey = "client certificate"

  /// The value of every key of the plan by the key's name, and of the client certificate's private key.
  ///
  /// - Parameters:
  ///   - environment: nil stands for the process's own.
  ///   - commandTimeout: seconds that a command may take.
  public static func resolve(
    _ plan: Plan, environment: [String: String]? = nil, commandTimeout: Int = 60
  ) throws(ParallaxError) -> [String: Secret] {
    let environment = environment ?? ProcessInfo.processInfo.environment
    var result: [String: Secret] = [:]
    for key in plan.accounts.flatMap(\.keys) {
      result[key.name] = Secret(
        try checked(try value(of: key, environment: environment, commandTimeout: commandTimeout), of: key))
    }
    if let certificate = plan.target.clientCertificate {
      // PEM is lines of text, unlike what can stand in a header.
      result[clientKey] = Secret(
        try contents(of: certificate.keyFile, key: Key(name: clientKey, source: .file(certificate.keyFile))))
    }
    return result
  }

  private static func value(
    of key: Key, environment: [String: String], commandTimeout: Int
  ) throws(ParallaxError) -> String {
    switch key.source {
    case .environment(let name):
      guard let value = environment[name] else {
        throw ParallaxError(
          .planInvalid, "the environment variable \(name), which should hold the key `\(key.name)`, is not set",
          remedy: "export \(name) before the run")
      }
      return value
    case .file(let path): return try contents(of: path, key: key)
    case .command(let words):
      do { return try CommandOutput.read(words, limit: sizeLimit, seconds: commandTimeout) } catch {
        throw ParallaxError(
          .planInvalid, "the command `\(Printable.inert(words[0]))` gave no key `\(key.name)`",
          remedy: "run it by hand: it must print the key and exit with 0 within \(commandTimeout) s",
          cause: error.reason)
      }
    }
  }

  private static func contents(of path: String, key: Key) throws(ParallaxError) -> String {
    func failure(_ problem: String, remedy: String? = nil) -> ParallaxError {
      ParallaxError(
        .planInvalid, "the file of the key `\(key.name)` \(problem)", at: ParallaxError.Location(file: path),
        remedy: remedy)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot be opened: \(String(cString: strerror(errno)))") }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("cannot be examined") }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw failure("is a directory") }
    guard status.st_mode & S_IFMT != S_IFREG || status.st_mode & 0o077 == 0 else {
      throw failure("can be read by other users", remedy: "chmod 600 \(path)")
    }
    do { return String(decoding: try handle.read(upToCount: sizeLimit + 1) ?? Data(), as: UTF8.self) } catch {
      throw failure("cannot be read: \(error.localizedDescription)")
    }
  }

  /// The value without the line's end that files and commands put after it, if it can stand in a header.
  private static func checked(_ raw: String, of key: Key) throws(ParallaxError) -> String {
    var value = raw[...]
    while let last = value.unicodeScalars.last, last == "\n" || last == "\r" { value.unicodeScalars.removeLast() }
    guard !value.isEmpty else {
      throw ParallaxError(
        .planInvalid, "the key `\(key.name)` is empty", remedy: "put a value into \(place(of: key))")
    }
    guard value.utf8.count <= sizeLimit else {
      throw ParallaxError(.planInvalid, "the key `\(key.name)` is longer than \(sizeLimit) bytes")
    }
    guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
      throw ParallaxError(
        .planInvalid, "the key `\(key.name)` has a line break or another control character inside",
        remedy: "it is sent in one line of the request; check \(place(of: key))")
    }
    return String(value)
  }

  private static func place(of key: Key) -> String {
    switch key.source {
    case .environment(let name): "the environment variable \(name)"
    case .file(let path): "the file \(path)"
    case .command(let words): "the output of `\(Printable.inert(words[0]))`"
    }
  }
}
