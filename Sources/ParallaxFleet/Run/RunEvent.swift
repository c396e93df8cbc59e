public import ParallaxModel

/// What a run tells whoever watches it. Nothing depends on these: they are for progress only.
public enum RunEvent: Sendable {
  /// What is being done with a host now.
  case state(host: String, HostState)
  /// A host is ready, or failed; `seconds` of work on it, waiting for its turn not counted.
  case host(name: String, seconds: Double, error: ParallaxError?)
  case stage(name: String, requestsSent: Int, budget: Int, best: String?, posterior: Double?)
  case waiting(seconds: Double, reason: String)
  case note(String)
}
