/// An error made for the person at the terminal: what went wrong, where, and how to mend it.
///
/// Library code throws it with a `code`; the executables print `description` and leave with `code.exitStatus`.
public struct ParallaxError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of error it is. Extensible: a layer may add codes of its own.
  public struct Code: Hashable, Sendable {
    public let name: String
    public let exitStatus: ExitStatus

    public init(_ name: String, exitStatus: ExitStatus) {
      self.name = name
      self.exitStatus = exitStatus
    }

    public static let usage = Code("usage", exitStatus: .usage)
    public static let planInvalid = Code("plan_invalid", exitStatus: .invalidInput)
    public static let inventoryInvalid = Code("inventory_invalid", exitStatus: .invalidInput)
    public static let hostUnreachable = Code("host_unreachable", exitStatus: .unavailable)
    public static let tooFewVantages = Code("too_few_vantages", exitStatus: .unavailable)
    public static let targetUnreachable = Code("target_unreachable", exitStatus: .unavailable)
    public static let deployFailed = Code("deploy_failed", exitStatus: .unavailable)
    public static let linkFailed = Code("link_failed", exitStatus: .unavailable)
    public static let storeFailed = Code("store_failed", exitStatus: .storeFailure)
    public static let permissionRefused = Code("permission_refused", exitStatus: .permissionRefused)
    public static let hostKeyRefused = Code("host_key_refused", exitStatus: .permissionRefused)
    public static let authenticationRefused = Code("authentication_refused", exitStatus: .permissionRefused)
    public static let aborted = Code("aborted", exitStatus: .aborted)
    public static let labFailed = Code("lab_failed", exitStatus: .unavailable)
  }

  /// A place in a file the user wrote. Lines and columns count from 1.
  public struct Location: Hashable, Sendable, CustomStringConvertible {
    public var file: String
    public var line: Int?
    public var column: Int?

    public init(file: String, line: Int? = nil, column: Int? = nil) {
      self.file = file
      self.line = line
      self.column = column
    }

    public var description: String {
      ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":")
    }
  }

  public var code: Code
  /// What is wrong, in one sentence without a final stop.
  public var message: String
  public var location: Location?
  /// How to mend it, as an instruction.
  public var remedy: String?
  /// What a lower layer said, for the curious.
  public var cause: String?

  public init(
    _ code: Code, _ message: String, at location: Location? = nil, remedy: String? = nil, cause: String? = nil
  ) {
    self.code = code
    self.message = message
    self.location = location
    self.remedy = remedy
    self.cause = cause
  }

  public var description: String {
    var text = location.map { "\($0): " } ?? ""
    text += message
    if let cause { text += " (\(cause))" }
    if let remedy { text += "\n  to mend it: \(remedy)" }
    return text
  }
}
