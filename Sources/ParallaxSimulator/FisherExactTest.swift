internal import Glibc

/// Fisher's exact test on a table of two by two, one-sided (R. A. Fisher, 1922): how likely such a surplus in the
/// first row's first column is if the rows do not differ.
public enum FisherExactTest {
  /// The probability of a first cell as large as `a` or larger, the margins being given.
  ///
  /// Worked numbers: 8 of 10 against 1 of 10 gives .0027.
  public static func surplus(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Double {
    let first = a + b
    let second = c + d
    let column = a + c
    let largest = min(first, column)
    let total = logChoose(first + second, column)
    return (a...largest).reduce(0) { sum, k in
      guard column - k <= second else { return sum }
      return sum + exp(logChoose(first, k) + logChoose(second, column - k) - total)
    }
  }

  private static func logChoose(_ n: Int, _ k: Int) -> Double {
    logFactorial(n) - logFactorial(k) - logFactorial(n - k)
  }

  private static func logFactorial(_ n: Int) -> Double {
    // lgamma writes a global; its reentrant form is not in every C library, and the numbers here are small.
    n < 2 ? 0 : (2...n).reduce(0) { $0 + log(Double($1)) }
  }
}
