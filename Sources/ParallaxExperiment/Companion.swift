internal import Glibc
internal import ParallaxInference
internal import ParallaxModel

/// A cell that was denied with the reference and is asked by turns with it while the limit recovers.
///
/// Where both spend one bucket, what comes back goes to the one that asks second. So neither can pass right after the other
/// was denied, unless something came back in the moment between. Where the companion was denied for a small allowance
/// of its own, say of an account on a lower tier, the reference passes right after it was denied; where an outage had
/// denied it, it passes right after the reference was.
struct Companion: Sendable {
  let cell: Int
  /// All were denied together, which an outage looks like too. Otherwise, if the companion passes and the reference does
  /// not, a second limiter beneath the first is likelier.
  private let mayBeOutage: Bool
  private let refill: Double

  /// A cell that is taken to share the limit and to cost less, since that is the greatest doubt of all: one with a small
  /// allowance of its own, of dearer requests, say, passes a few times and no more as well. Else another key, best of
  /// another account. Always on the reference's own vantage, where their order is sure; nil where none shares the limit.
  ///
  /// - Parameter refill: requests per second that come back all the time; 0 if they do not, or nobody knows.
  init?(of search: LimiterSearch, comesBack refill: Double, _ notebook: Notebook) {
    let reference = notebook.design.cells[0]
    let best = search.estimate.bestHypothesis
    let near = notebook.design.cells.filter {
      $0.id != 0 && notebook.isUsable($0.id) && $0.vantage == reference.vantage
    }
    let shared = near.filter {
      $0.levels == reference.levels && $0.key != reference.key && search.isShared($0.id)
    }
    let cheaper = near.first { $0.key == reference.key && best.cheaper & (1 << CellMask($0.id)) != 0 }
    guard let chosen = cheaper ?? shared.first(where: { $0.account != reference.account }) ?? shared.first else {
      return nil
    }
    cell = chosen.id
    self.refill = refill
    mayBeOutage = best.isEveryone
  }

  /// Seconds by which it comes before the reference: so much that the network does not change their order.
  static let lead = 0.05
  /// The least that a pass right after a denial may count for: an answer may be odd for reasons of its own.
  private static let least = 0.02
  /// The most: where something comes back all the time, it is as likely to come in one moment as in another, and the
  /// first must miss it and the other meet it.
  private static let most = 0.25
  /// Less than this, an odd answer or two, is met where nothing is the matter, too.
  private static let worthMention = 4.5
  /// No more than this: it takes a verdict back, and leaves it to another run to name another scope.
  private static let enough = 8.0
  /// Seconds within which the other must follow.
  private static let moment = 0.3

  /// log of how much likelier the answers are if it has an allowance of its own; 0 where they are not.
  ///
  /// - Parameter trials: of both, in order.
  func logOddsOfItsOwn(_ trials: [Trial]) -> Double {
    // If its allowance is a small one that was spent, and if it is a large one that was not.
    var (small, large) = (0.0, 0.0)
    var lastDenial: Double?
    var referenceDenial: Double?
    var wasDenied = false
    for (first, second) in zip(trials, trials.dropFirst()) {
      let between = second.time - first.time
      if first.limited, !second.limited, first.cell != second.cell, between > 0, between <= Self.moment {
        let since = lastDenial.map { first.time - $0 } ?? 0
        let share = refill > 0 ? refill * between : min(Self.most, between / (between + since))
        let weight = -log(min(1, max(Self.least, share)))
        if first.cell == cell { small += weight } else { large += weight }
      }
      if first.limited { lastDenial = first.time }
      guard first.cell == cell else {
        // Some of the reference's requests pass, and some do not: several counters, say.
        if first.limited {
          referenceDenial = first.time
        } else if let referenceDenial, first.time - referenceDenial <= Self.moment {
          large = max(0, large + log(Self.most))
        }
        continue
      }
      // The small one would hardly come back at once; the large one would hardly be spent.
      if first.limited {
        large = max(0, large + log(Self.most))
      } else if wasDenied {
        small = max(0, small + log(Self.most))
      }
      wasDenied = wasDenied || first.limited
    }
    let odds = mayBeOutage ? max(small, large) : small
    return odds >= Self.worthMention ? min(odds, Self.enough) : 0
  }
}
