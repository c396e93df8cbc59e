internal import Foundation
public import ParallaxModel

/// How configuration files are found and read; tests have files of their own.
public struct SSHConfigFiles: Sendable {
  /// The text of a file, nil if there is none. `guarded` files must be ours or root's and writable by no other, as ssh
  /// demands of a user's configuration.
  public var read: @Sendable (_ path: String, _ guarded: Bool) throws(ParallaxError) -> String?
  /// The paths that a shell pattern stands for, sorted.
  public var expand: @Sendable (_ pattern: String) -> [String]

  public init(
    read: @escaping @Sendable (_ path: String, _ guarded: Bool) throws(ParallaxError) -> String?,
    expand: @escaping @Sendable (_ pattern: String) -> [String]
  ) {
    self.read = read
    self.expand = expand
  }

  private static let sizeLimit = 1 << 20

  /// Those of this machine.
  public static let system = SSHConfigFiles(
    read: { path, guarded throws(ParallaxError) in
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      let place = ParallaxError.Location(file: path)
      guard [S_IFREG, S_IFCHR].contains(status.st_mode & S_IFMT), status.st_size <= sizeLimit else {
        throw ParallaxError(.inventoryInvalid, "this is no file of at most \(sizeLimit / 1024) KiB", at: place)
      }
      guard !guarded || ([0, getuid()].contains(status.st_uid) && status.st_mode & 0o022 == 0) else {
        throw ParallaxError(
          .inventoryInvalid, "others can change this ssh configuration", at: place,
          remedy: "chmod go-w '\(path)' (ssh refuses it too), or say ssh_config: none in the inventory")
      }
      guard let data = FileManager.default.contents(atPath: path) else {
        throw ParallaxError(.inventoryInvalid, "the ssh configuration cannot be read", at: place)
      }
      return String(decoding: data, as: UTF8.self)
    },
    expand: { pattern in
      var found = glob_t()
      defer { globfree(&found) }
      guard glob(pattern, 0, nil, &found) == 0, let paths = found.gl_pathv else { return [] }
      return (0..<Int(found.gl_pathc)).compactMap { index in paths[index].map { String(cString: $0) } }
    })
}

/// Who connects, from where: what the tokens and tildes of a configuration stand for.
public struct SSHClientEnvironment: Sendable {
  public var home: String
  public var user: String
  /// As `gethostname` says it.
  public var machine: String
  public var userNumber: UInt32
  public var variables: [String: String]
  public var files: SSHConfigFiles

  public init(
    home: String, user: String, machine: String, userNumber: UInt32, variables: [String: String],
    files: SSHConfigFiles
  ) {
    self.home = home
    self.user = user
    self.machine = machine
    self.userNumber = userNumber
    self.variables = variables
    self.files = files
  }

  public static var current: SSHClientEnvironment {
    SSHClientEnvironment(
      home: FileManager.default.homeDirectoryForCurrentUser.path, user: NSUserName(),
      machine: ProcessInfo.processInfo.hostName, userNumber: getuid(),
      variables: ProcessInfo.processInfo.environment, files: .system)
  }

  func expandingTilde(_ path: String) -> String {
    path == "~" ? home : path.hasPrefix("~/") ? home + path.dropFirst() : path
  }
}
