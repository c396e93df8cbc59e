internal import Glibc

/// What the place can show that a report is printed to.
public struct TerminalOptions: Hashable, Sendable {
  /// Columns.
  public var width: Int
  /// Rows.
  public var height: Int
  public var isColoured: Bool

  public init(width: Int = 100, height: Int = 24, isColoured: Bool = false) {
    self.width = max(20, width)
    self.height = max(2, height)
    self.isColoured = isColoured
  }

  /// What a descriptor leads to: a terminal's own width, and colours unless `NO_COLOR` is set, `TERM` is `dumb` or the
  /// user asked for none. Elsewhere 100 columns without colours.
  public static func of(descriptor: Int32, noColour: Bool = false) -> TerminalOptions {
    func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
    guard isatty(descriptor) == 1 else { return TerminalOptions() }
    var size = winsize()
    let known = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return TerminalOptions(
      width: known ? Int(size.ws_col) : Int(variable("COLUMNS")) ?? 80,
      height: known && size.ws_row > 0 ? Int(size.ws_row) : 24,
      isColoured: !noColour && variable("NO_COLOR").isEmpty && variable("TERM") != "dumb")
  }
}

/// The few looks that a text can have; each means something.
public enum TextStyle: Hashable, Sendable {
  case plain
  /// The answer, and titles.
  case strong
  /// What can be passed over.
  case faint
  case good
  case bad
  /// Worth a look.
  case notable

  /// Select Graphic Rendition parameters (ECMA-48, section 8.3.117), from the sixteen colours that users can choose.
  private var code: String? {
    switch self {
    case .plain: nil
    case .strong: "1"
    case .faint: "2"
    case .good: "32"
    case .bad: "31"
    case .notable: "33"
    }
  }

  func applied(to text: String, _ options: TerminalOptions) -> String {
    guard options.isColoured, let code, !text.isEmpty else { return text }
    return "\u{1b}[\(code)m\(text)\u{1b}[0m"
  }
}
