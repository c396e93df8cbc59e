internal import ParallaxAnalysis
internal import ParallaxModel
internal import ParallaxStore

extension MeasuredRun {
  /// Reads a stored run of any length in bounded memory.
  ///
  /// - Returns: its manifest too.
  static func load(_ id: String, from store: RunStore) throws(ParallaxError) -> (
    run: MeasuredRun, manifest: RunManifest
  ) {
    var observed = ObservationCollector()
    let stored = try store.readRun(
      id, wantsAnswer: { observed.keeps }, take: { observation in observed.take(observation) })
    let manifest = stored.manifest
    var run = MeasuredRun(
      id: stored.id, planDigest: manifest.planDigest, planText: manifest.planText, design: manifest.design,
      hosts: manifest.hosts.map { Host(name: $0.name, address: $0.address, transport: $0.transport) },
      observed: observed, unknownRequests: stored.history.unknownRequests, verdict: stored.verdict)
    run.nameLookup = manifest.nameLookup
    return (run, manifest)
  }
}
