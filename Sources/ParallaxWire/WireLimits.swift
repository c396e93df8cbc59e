/// Caps that every decoder enforces before it allocates, so that no message can cost more memory than its frame's size
/// promises. Lengths are in bytes.
public enum WireLimits {
  /// Names of keys, vantages, hosts, headers.
  public static let name = 256
  /// Header values, paths, messages for people.
  public static let text = 65_536
  /// Certificate authorities in PEM.
  public static let certificates = 524_288
  public static let headers = 512
  public static let cells = 4096
  public static let vantages = 256
  public static let secrets = 1024
  public static let addresses = 64
  public static let rules = 64
  /// Requests in one schedule; a longer one is cut into several.
  public static let scheduleItems = 100_000
  /// Different strings, and different bodies, that one batch of records may refer back to.
  public static let table = 4096
}
