internal import Foundation
internal import ParallaxModel

/// Paths as files name them: `~` is the user's home, and a relative path counts from the file's own directory.
enum Paths {
  static func resolve(_ path: String, besideFile file: String) -> String {
    if path == "~" || path.hasPrefix("~/") { return NSString(string: path).expandingTildeInPath }
    if path.hasPrefix("/") { return path }
    let directory = NSString(string: file).deletingLastPathComponent
    return directory.isEmpty ? path : NSString(string: directory).appendingPathComponent(path)
  }
}

extension YAMLValue {
  /// A path, resolved.
  func filePath() throws(ParallaxError) -> String { Paths.resolve(try string(), besideFile: file) }
}
