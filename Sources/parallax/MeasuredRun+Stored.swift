internal import ParallaxAnalysis
internal import ParallaxStore

extension MeasuredRun {
  init(_ stored: StoredRun) {
    self.init(
      id: stored.id, planDigest: stored.manifest.planDigest, planText: stored.manifest.planText,
      design: stored.manifest.design,
      hosts: stored.manifest.hosts.map { Host(name: $0.name, address: $0.address, transport: $0.transport) },
      observations: stored.observations, verdict: stored.verdict)
  }
}
