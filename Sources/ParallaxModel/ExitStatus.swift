/// The exit statuses that scripts depend on.
public enum ExitStatus: Int32, Sendable {
  case determined = 0
  case inconclusive = 3
  case noLimitObserved = 4
  case usage = 64
  case invalidInput = 65
  case unavailable = 69
  case storeFailure = 74
  case permissionRefused = 77
  case expectationFailed = 99
  case aborted = 105
}
