internal import Glibc
internal import ParallaxModel

/// One look at a cell that a hypothesis calls limited.
struct CourseLook {
  var time: Double
  var limited: Bool
}

/// How probable a sequence of looks at limited cells is, given that the first was limited: that it was is why we ask.
struct CourseLikelihood {
  /// Of a single look that goes against what is expected: noise, an error that looks like a refusal.
  static let odd = log(0.015)
  static let expected = log(0.985)

  /// Unix time at the zero of the looks' clock, for windows that are aligned to it; nil when unknown.
  var unixTimeAtZero: Double?
  /// When the target said that it would be over, one promise after the other.
  var promises: [Double]

  /// log P(looks | course), times the `expected` of one first look.
  func logLikelihood(_ looks: [CourseLook], course: CauseHypothesis.Course) -> Double {
    guard let first = looks.first else { return 0 }
    guard first.limited else { return Self.odd + joint(Array(looks.dropFirst()), course: course) }
    return Self.expected + joint(looks, course: course) - joint([first], course: course)
  }

  private func joint(_ looks: [CourseLook], course: CauseHypothesis.Course) -> Double {
    switch course {
    case .constant: constant(looks)
    case .spent: SpentCourse(unixTimeAtZero: unixTimeAtZero, promises: promises).logLikelihood(looks)
    case .renewed: RenewedCourse(promisedEnd: promises.first).logLikelihood(looks)
    }
  }
}

extension CourseLikelihood {
  /// Limited for good: almost always without exception, .9; otherwise with rare ones, Beta(20, 1).
  private func constant(_ looks: [CourseLook]) -> Double {
    let limited = Double(looks.count { $0.limited })
    let passed = Double(looks.count) - limited
    return logAddExp(
      log(0.9) + limited * log(0.998) + passed * log(0.002),
      log(0.1) + logBetaSequence(limited: limited, passed: passed, 20, 1))
  }
}

/// A state that ends after a silence of unknown length; every request of ours begins it anew.
struct RenewedCourse {
  var promisedEnd: Double?

  private static let silences = [10.0, 30, 60, 120, 300, 900, 3600, 86_400]

  func logLikelihood(_ looks: [CourseLook]) -> Double {
    guard let first = looks.first else { return 0 }
    var choices = Self.silences.map { (silence: $0, weight: 1 / Double(Self.silences.count)) }
    if let promisedEnd, promisedEnd > first.time {
      for index in choices.indices { choices[index].weight *= 0.5 }
      choices.append((promisedEnd - first.time, 0.5))
    }
    return logSumExp(choices.map { log($0.weight) + logLikelihood(looks, silence: $0.silence) })
  }

  private func logLikelihood(_ looks: [CourseLook], silence: Double) -> Double {
    var last = -Double.infinity
    var isOpen = false
    return looks.reduce(0) { sum, look in
      // After the silence it lets pass what its allowance is, some requests; then it is closed until the next one.
      if last > -.infinity, look.time - last > silence { isOpen = true }
      defer {
        last = look.time
        isOpen = isOpen && !look.limited
      }
      if isOpen { return sum + log(look.limited ? 0.06 : 0.94) }
      return sum + (look.limited ? CourseLikelihood.expected : CourseLikelihood.odd)
    }
  }
}
