public import ParallaxModel

/// What a run tells whoever watches it. Nothing depends on these: they are for progress only.
public enum RunEvent: Sendable {
  /// A host got one step further (`connect`, `deploy`, `link`), or failed.
  case host(name: String, step: String, seconds: Double, error: ParallaxError?)
  case stage(name: String, requestsSent: Int, budget: Int, best: String?, posterior: Double?)
  case waiting(seconds: Double, reason: String)
  case note(String)
}
