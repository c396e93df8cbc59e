internal import Glibc

/// log(exp(a) + exp(b)) without overflow.
func logAddExp(_ a: Double, _ b: Double) -> Double {
  let top = max(a, b)
  guard top > -.infinity else { return -.infinity }
  return top + log1p(exp(min(a, b) - top))
}

/// log of the sum of exp over all values; minus infinity for none.
func logSumExp(_ values: some Collection<Double>) -> Double {
  guard let top = values.max(), top > -.infinity else { return -.infinity }
  return top + log(values.reduce(0) { $0 + exp($1 - top) })
}

/// log Gamma for positive arguments; the C function that leaves no global behind.
func logGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}

func logBeta(_ a: Double, _ b: Double) -> Double {
  logGamma(a) + logGamma(b) - logGamma(a + b)
}

/// log probability of one sequence with so many denials and passes, if the probability of denial is Beta(a, b)
/// (Beta-Binomial without the number of orders).
func logBetaSequence(limited: Double, passed: Double, _ a: Double, _ b: Double) -> Double {
  logBeta(a + limited, b + passed) - logBeta(a, b)
}
