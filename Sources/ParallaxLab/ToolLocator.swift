internal import Foundation
internal import ParallaxModel

/// A program that the lab is made of, and the Debian package that holds it.
public enum LabTool: String, Sendable, CaseIterable {
  case sshd, nginx, ip, openssl
  case sshKeygen = "ssh-keygen"

  /// The Debian package to install.
  public var package: String {
    switch self {
    case .sshd: "openssh-server"
    case .sshKeygen: "openssh-client"
    case .nginx: "nginx-light"
    case .ip: "iproute2"
    case .openssl: "openssl"
    }
  }

  /// The absolute path, or nil if it is not installed. Looks where daemons live too: a user's PATH often lacks sbin.
  public var path: String? {
    let search = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/local/sbin:/usr/sbin:/sbin"
    return search.split(separator: ":").lazy.map { "\($0)/\(rawValue)" }
      .first { $0.hasPrefix("/") && FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// The path, or an error that says which package to install.
  func require() throws(ParallaxError) -> String {
    if let path { return path }
    throw Self.missing([self])
  }

  /// Checks all the tools at once, so that the user installs once.
  static func require(_ tools: [LabTool]) throws(ParallaxError) {
    let absent = tools.filter { $0.path == nil }
    if !absent.isEmpty { throw missing(absent) }
  }

  private static func missing(_ tools: [LabTool]) -> ParallaxError {
    let names = tools.map(\.rawValue).joined(separator: ", ")
    let packages = tools.map(\.package).joined(separator: " ")
    return ParallaxError(
      .labFailed, "the lab needs \(names), not found on this machine",
      remedy: "run scripts/setup, or: apt-get install \(packages)")
  }
}
