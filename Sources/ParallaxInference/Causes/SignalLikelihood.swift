internal import Glibc
internal import ParallaxModel

/// How probable it is that refusals say a thing, for each cause. Words and codes are strong, numbers are weak: a
/// declared remainder is often one worker's, or a constant.
enum SignalLikelihood {
  static func logLikelihood(_ evidence: SignalEvidence, of hypothesis: CauseHypothesis) -> Double {
    guard evidence.hasSpoken else { return 0 }
    var sum = SignalEvidence.Feature.allCases.reduce(0.0) { sum, feature in
      let probability = probability(of: feature, if: hypothesis.cause)
      if evidence.features.contains(feature) { return sum + log(probability) }
      return seldomSeen.contains(feature) ? sum : sum + log(1 - probability)
    }
    if hypothesis.course == .spent,
      evidence.earlyOpenings.contains(where: { $0 & hypothesis.limited == $0 })
    {
      sum += log(hypothesis.cause == .replicaCounters ? 0.7 : falseRemainder)
    }
    if let scope = evidence.scope { sum += log(scope == hypothesis.scope ? 0.6 : 0.2) }
    return sum
  }

  /// That one counter's answers declare an end, and more left before it.
  private static let falseRemainder = 0.001
  /// Features that take several answers with a declared remainder: their absence says nothing.
  private static let seldomSeen: Set<SignalEvidence.Feature> = [.onlyOurs]

  static func probability(of feature: SignalEvidence.Feature, if cause: CauseKind) -> Double {
    typical[feature]?[cause] ?? otherwise[feature] ?? 0.01
  }

  private static let otherwise: [SignalEvidence.Feature: Double] = [
    .billing: 0.003, .quota: 0.03, .capacity: 0.004, .block: 0.01, .concurrency: 0.0003, .entitlement: 0.004,
    .callersProxy: 0.0001, .limitIsZero: 0.003, .nothingRemains: 0.3, .somethingRemains: 0.03, .waitGrows: 0.001,
    .remainingJumps: 0.01, .hiddenConsumption: 0.01, .onlyOurs: 0.15, .forbidden: 0.05,
  ]

  private static let typical: [SignalEvidence.Feature: [CauseKind: Double]] = [
    .billing: [.noCredit: 0.92, .keyRestricted: 0.006],
    .quota: [
      .accountQuotaSpent: 0.2, .keyUsedElsewhere: 0.15, .stateDoesNotReset: 0.15, .keyRestricted: 0.15,
      .noCredit: 0.15, .everyoneShares: 0.15, .capacity: 0.01, .ipBlocked: 0.005, .networkBlocked: 0.005,
    ],
    .capacity: [.capacity: 0.4],
    .block: [
      .ipBlocked: 0.3, .networkBlocked: 0.3, .escalatingBan: 0.5, .clientStack: 0.15, .accountQuotaSpent: 0.004,
    ],
    .concurrency: [.concurrency: 0.9],
    .entitlement: [.keyRestricted: 0.25, .noCredit: 0.02],
    .callersProxy: [.callersProxy: 0.9],
    .limitIsZero: [.keyRestricted: 0.2, .misconfiguredLimit: 0.6, .noCredit: 0.1],
    .nothingRemains: [
      .keyRestricted: 0.08, .noCredit: 0.1, .ipBlocked: 0.03, .networkBlocked: 0.03, .clientStack: 0.05,
      .capacity: 0.003, .everyoneShares: 0.8, .concurrency: 0.1, .nothing: 0.003,
    ],
    .somethingRemains: [.keyRestricted: 0.1, .concurrency: 0.2, .replicaCounters: 0.2, .capacity: 0.05],
    .waitGrows: [.escalatingBan: 0.9, .stateDoesNotReset: 0.003],
    .remainingJumps: [.replicaCounters: 0.8],
    .hiddenConsumption: [
      .accountQuotaSpent: 0.15, .keyUsedElsewhere: 0.15, .ipLimited: 0.1, .everyoneShares: 0.15, .replicaCounters: 0.1,
    ],
    .onlyOurs: [
      .accountQuotaSpent: 0.02, .keyUsedElsewhere: 0.015, .ipLimited: 0.02, .everyoneShares: 0.02,
      .stateDoesNotReset: 0.25,
    ],
    .forbidden: [
      .ipBlocked: 0.3, .networkBlocked: 0.3, .escalatingBan: 0.4, .clientStack: 0.4, .keyRestricted: 0.1,
      .accountQuotaSpent: 0.03,
    ],
  ]
}
