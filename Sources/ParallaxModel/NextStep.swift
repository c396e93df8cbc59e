/// What would settle an inconclusive result: something that can be done, by hand or by a program, and its sentence.
public enum NextStep: Hashable, Sendable {
  /// Run again as it is, once the limits have reset.
  case runAgain
  case raiseRequests(to: Int)
  /// Seconds. It is a cap: a run waits for a reset only as long as it takes.
  case raiseDuration(to: Double)
  /// Requests per second: higher, to reach a limit before it refills, or lower, to stay below one that hides another.
  case setRate(to: Double)
  /// Begin from a vantage and a key whose requests pass.
  case chooseReference(vantage: String, key: String)
  case addVantage
  case restoreVantage(String)
  /// Of the same account.
  case addKey(account: String)
  case addAccount
  /// A level for a dimension that has only one.
  case addLevel(dimension: String)
  /// Without that dimension the rest is settled.
  case leaveOut(dimension: String)
  /// Say in the plan which answer counts as limited.
  case nameRefusal

  public var sentence: String {
    switch self {
    case .runAgain: "run again after the limits have reset"
    case .raiseRequests(let count): "raise budget.requests to \(count)"
    case .raiseDuration(let seconds):
      "raise budget.duration to \(Self.duration(seconds)): a run that may wait longer sees a slow limit reset"
    case .setRate(let rate): "set budget.rate to \(Self.rate(rate))"
    case .chooseReference(let vantage, let key):
      "begin from what passes: reference: { vantage: \(vantage), key: \(key) }"
    case .addVantage: "add another host, or another source address, to hosts.yaml"
    case .restoreVantage(let name): "bring \(name) back, or add another vantage"
    case .addKey(let account): "add another key of the account \(account) to the plan"
    case .addAccount: "add a key of another account to the plan"
    case .addLevel(let dimension): "give the dimension \(dimension) a second level"
    case .leaveOut(let dimension):
      "leave the dimension \(dimension) out of the plan: its levels seem to cost differently, and the rest is clear"
    case .nameRefusal: "limited_when in the plan can name the refusal that counts"
    }
  }

  /// As the plan writes it.
  private static func duration(_ seconds: Double) -> String {
    for (unit, name) in [(86_400.0, "d"), (3600, "h"), (60, "m")] where seconds >= unit {
      return "\(Int((seconds / unit).rounded(.up)))\(name)"
    }
    return "\(Int(seconds.rounded(.up)))s"
  }

  private static func rate(_ perSecond: Double) -> String {
    perSecond >= 1
      ? "\(Int(perSecond))/s" : "\(max(1, Int(perSecond * 3600)))/h"
  }
}
