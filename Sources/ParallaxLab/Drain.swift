internal import ParallaxModel

/// Spends the bucket that the reference cell (first host, key a1) will use, as some other client would: it differs from
/// the reference in every dimension that the limiter does not look at.
struct Drain {
  var lab: LabDescription
  var keys: LabKeys

  func run() throws(ParallaxError) {
    let target = lab.target
    guard let scope = target.configuration.limiter.scope else { preconditionFailure("checked before the start") }
    let reference = lab.hosts[0]
    let client =
      scope.contains(.ip)
      ? ProbeClient(source: reference.address, namespace: reference.namespace)
      : ProbeClient(source: target.address, namespace: target.namespace)
    let key =
      if scope.contains(.key) { "a1" } else if scope.contains(.account) { "a3" } else { "c1" }
    for _ in 0...target.configuration.burst + 1 {
      let status = try client.status(of: target, path: LabPlan.paths[0], key: keys[key])
      if status == target.configuration.status { return }
    }
    throw ParallaxError(.labFailed, "the target does not refuse what is beyond its burst")
  }
}
