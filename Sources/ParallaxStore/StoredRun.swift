public import ParallaxModel

/// A run as it is found in the store.
public struct StoredRun: Sendable {
  public var id: String
  public var manifest: RunManifest
  /// In the order in which they were acknowledged.
  public var observations: [Observation]
  /// What was asked for and when; empty in journals of version 1.
  public var history: RunHistory
  /// The last verdict; nil when the run was interrupted, or goes on.
  public var verdict: Verdict?
  /// Damaged records that were left out; empty unless salvaging was asked for.
  public var damages: [JournalDamage]
}

/// A line of the list of runs.
public struct RunSummary: Hashable, Sendable {
  public var id: String
  /// nil when the journal cannot be read; `problem` says why.
  public var manifest: RunManifest?
  public var observations: Int
  public var verdict: Verdict?
  public var problem: String?
}
