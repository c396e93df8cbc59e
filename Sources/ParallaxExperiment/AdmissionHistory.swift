internal import ParallaxInference
internal import ParallaxModel

extension LimiterSearch {
  /// Whether the cell spends the drained bucket, as far as is known.
  func isShared(_ cell: Int) -> Bool { cell == 0 || estimate.shared(cell) > 0.5 }

  /// Everything that the drained bucket saw, for the fit of its parameters.
  func admissions(_ notebook: Notebook) -> [Admission] {
    notebook.log.compactMap { entry in
      guard isShared(entry.cell), entry.time >= fitsFrom else { return nil }
      let time = entry.time + notebook.configuration.clockOrigin
      switch entry.sample.reading {
      case .void(.serverError): return Admission(time: time, outcome: .admittedUnseen)
      case .void(let reason) where notebook.dropEffects[reason] == nil:
        return reason == .silence || reason == .reset ? Admission(time: time, outcome: .lost) : nil
      default: break
      }
      // Refused by another limiter: it did not get here.
      guard let denied = notebook.denied(entry, by: signature) else { return nil }
      if case .limited(let seen) = notebook.reading(entry), !denied, seen == notebook.passSignature { return nil }
      return Admission(time: time, outcome: denied ? .denied : .admitted)
    }
  }

  /// When the bucket was last filled: the first of so many admissions without a pause as are half of what the first
  /// filling took.
  func lastFilling(_ notebook: Notebook) -> Double? {
    let enough = max(2, (firstCapacity ?? 2) / 2)
    var filling: Double?
    var run = (start: 0.0, end: -Double.infinity, count: 0)
    for admission in admissions(notebook) where admission.outcome != .lost {
      guard admission.outcome != .denied else {
        run.count = 0
        continue
      }
      if run.count == 0 || admission.time > run.end + 1 { run = (admission.time, admission.time, 0) }
      run.end = admission.time
      run.count += 1
      if run.count >= enough { filling = run.start - notebook.configuration.clockOrigin }
    }
    return filling
  }
}
