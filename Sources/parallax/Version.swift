/// What this program calls itself.
enum Version {
  static let text = "parallax 0.1.0"
}
