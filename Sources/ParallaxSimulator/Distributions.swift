internal import Glibc
internal import ParallaxLimiters

extension SeededRandom {
  /// Exponential with the given mean.
  mutating func exponential(mean: Double) -> Double {
    -mean * log(1 - unit())
  }

  /// Standard normal, by the method of Box and Muller (1958).
  mutating func normal() -> Double {
    sqrt(-2 * log(1 - unit())) * cos(2 * .pi * unit())
  }

  /// Uniform in the logarithm between two positive bounds.
  mutating func logUniform(_ low: Double, _ high: Double) -> Double {
    exp(uniform(log(low), log(high)))
  }

  /// One of the choices, with the probabilities beside them (they are scaled to sum to 1).
  mutating func weighted<Choice>(_ choices: [(Choice, Double)]) -> Choice {
    var left = unit() * choices.reduce(0) { $0 + $1.1 }
    for (choice, weight) in choices.dropLast() {
      left -= weight
      if left < 0 { return choice }
    }
    return choices[choices.count - 1].0
  }
}
