internal import Glibc

/// An allowance that others spend: in one half of the cases a bucket that is eaten as it refills, in the other a quota
/// that is empty for the rest of its window.
struct SpentCourse {
  /// Unix time at the zero of the looks' clock.
  var unixTimeAtZero: Double?
  var promises: [Double]

  private static let windows: [(seconds: Double, weight: Double)] = [
    (10, 0.05), (60, 0.33), (300, 0.08), (3600, 0.27), (86_400, 0.27),
  ]
  private static let phases = 12
  /// That a window is aligned to the clock: long ones mostly are.
  private static func alignedShare(_ seconds: Double) -> Double { seconds < 3600 ? 0.6 : 0.75 }
  /// That promised ends are true.
  private static let trust = 0.8
  /// That it is empty again just after a true end.
  private static let brokenPromise = 0.12
  /// That others empty it from one look to the next.
  private static let hazard = 0.06

  func logLikelihood(_ looks: [CourseLook]) -> Double {
    log(0.5) + logAddExp(eaten(looks), quota(looks))
  }

  /// Denied with one unknown probability, more often than not: half Beta(5, 1), half Beta(1, 1). Just after a promised
  /// end with one half.
  private func eaten(_ looks: [CourseLook]) -> Double {
    let split = PromisedLooks(looks, promises: promises)
    let (limited, passed) = split.others
    return Double(split.kept + split.broken) * log(0.5)
      + logAddExp(
        log(0.5) + logBetaSequence(limited: limited, passed: passed, 5, 1),
        log(0.5) + logBetaSequence(limited: limited, passed: passed, 1, 1))
  }

  private func quota(_ looks: [CourseLook]) -> Double {
    guard !promises.isEmpty else { return grid(looks) }
    return logAddExp(log(Self.trust) + promised(looks), log(1 - Self.trust) + grid(looks))
  }

  /// The window's length and phase are unknown: a grid over them. In every window others take some time to empty it
  /// anew. Windows aligned to the clock are likelier than others, if the clock is known.
  private func grid(_ looks: [CourseLook]) -> Double {
    var terms: [Double] = []
    for window in Self.windows {
      let aligned = unixTimeAtZero == nil ? 0 : Self.alignedShare(window.seconds)
      for step in 0...Self.phases {
        let weight = step == 0 ? aligned : (1 - aligned) / Double(Self.phases)
        guard weight > 0 else { continue }
        let shift = step == 0 ? unixTimeAtZero ?? 0 : (Double(step) - 0.5) / Double(Self.phases) * window.seconds
        terms.append(log(window.weight * weight) + windows(looks, length: window.seconds, shift: shift))
      }
    }
    return logSumExp(terms)
  }

  /// For one length and phase: the product over all windows that were looked into.
  private func windows(_ looks: [CourseLook], length: Double, shift: Double) -> Double {
    var sum = 0.0
    var start = looks.startIndex
    while start < looks.endIndex {
      let number = ((looks[start].time + shift) / length).rounded(.down)
      let end = looks[start...].firstIndex { ($0.time + shift) / length >= number + 1 } ?? looks.endIndex
      sum += window(looks[start..<end]) { ($0.time + shift) / length - number }
      start = end
    }
    return sum
  }

  /// Open up to a point that may lie anywhere in the window with the same probability, empty from there on.
  private func window(_ looks: ArraySlice<CourseLook>, position: (CourseLook) -> Double) -> Double {
    // Starts with the point before the first look, all of them in the empty part, and moves it on.
    var fit = looks.count { $0.limited }
    var last = 0.0
    var total = 0.0
    for look in looks {
      let here = position(look)
      total += max(0, here - last) * Self.likelihood(fit: fit, of: looks.count)
      fit += look.limited ? -1 : 1
      last = here
    }
    return log(total + (1 - last) * Self.likelihood(fit: fit, of: looks.count))
  }

  private static func likelihood(fit: Int, of count: Int) -> Double {
    exp(Double(fit) * CourseLikelihood.expected + Double(count - fit) * CourseLikelihood.odd)
  }

  /// Empty until the first promised end, open just after each; between two of them others empty it again.
  private func promised(_ looks: [CourseLook]) -> Double {
    let split = PromisedLooks(looks, promises: promises)
    return split.limitedBefore * CourseLikelihood.expected + split.passedBefore * CourseLikelihood.odd
      + Double(split.broken) * log(Self.brokenPromise) + Double(split.kept) * log(1 - Self.brokenPromise)
      + split.later.reduce(0) { $0 + emptying($1) }
  }

  /// Open up to one of the looks, with the same hazard from look to look, and empty from there on.
  private func emptying(_ looks: [Bool]) -> Double {
    var left = 1.0
    var fit = looks.count { $0 }
    var total = 0.0
    for limited in looks {
      total += left * Self.hazard * Self.likelihood(fit: fit, of: looks.count)
      left *= 1 - Self.hazard
      fit += limited ? -1 : 1
    }
    return log(total + left * Self.likelihood(fit: fit, of: looks.count))
  }
}

/// Looks by where they lie between the ends that the target promised.
struct PromisedLooks {
  /// Seconds after a promised end in which it is tested.
  static let validity = 5.0
  /// Seconds around it in which nothing is said: clocks differ.
  static let margin = 0.2

  private(set) var limitedBefore = 0.0
  private(set) var passedBefore = 0.0
  /// Promises whose first look passed, and was limited.
  private(set) var kept = 0
  private(set) var broken = 0
  /// For each promise, whether the further looks after it were limited.
  private(set) var later: [[Bool]]

  init(_ looks: [CourseLook], promises: [Double]) {
    later = Array(repeating: [], count: promises.count)
    var tested: Set<Int> = []
    for look in looks {
      guard let index = promises.lastIndex(where: { $0 - Self.margin <= look.time }) else {
        if look.limited { limitedBefore += 1 } else { passedBefore += 1 }
        continue
      }
      let age = look.time - promises[index]
      if age < Self.margin { continue }
      guard age < Self.validity else {
        later[index].append(look.limited)
        continue
      }
      // A second look at the same moment tells nothing new.
      guard tested.insert(index).inserted else { continue }
      if look.limited { broken += 1 } else { kept += 1 }
    }
  }

  /// All but those that test a promise.
  var others: (limited: Double, passed: Double) {
    let all = later.joined()
    let limited = Double(all.count { $0 })
    return (limitedBefore + limited, passedBefore + Double(all.count) - limited)
  }
}
