internal import Glibc

/// Takes values to positions in a drawing.
struct Scale {
  let from: Double
  let to: Double
  let start: Double
  let end: Double
  var isLogarithmic = false

  init(_ domain: ClosedRange<Double>, to range: (Double, Double), logarithmic: Bool = false) {
    isLogarithmic = logarithmic
    from = domain.lowerBound
    to = domain.upperBound > domain.lowerBound ? domain.upperBound : domain.lowerBound + 1
    (start, end) = range
  }

  func callAsFunction(_ value: Double) -> Double {
    let share =
      isLogarithmic
      ? (log(max(value, from)) - log(from)) / (log(to) - log(from)) : (value - from) / (to - from)
    return start + min(1, max(0, share)) * (end - start)
  }

  /// Round values inside the domain: about as many as wanted, at 1, 2 or 5 times a power of ten; for a logarithmic
  /// scale at 1, 2 and 5 of every decade.
  func ticks(_ wanted: Int = 5) -> [Double] {
    if isLogarithmic {
      var ticks: [Double] = []
      var decade = pow(10, floor(log10(from)))
      let isWide = log10(to / from) > 3
      while decade <= to {
        for step in isWide ? [1.0] : [1, 2, 5] where decade * step >= from && decade * step <= to {
          ticks.append(decade * step)
        }
        decade *= 10
      }
      return ticks
    }
    let rough = (to - from) / Double(max(1, wanted))
    let power = pow(10, floor(log10(rough)))
    let step = power * ([1.0, 2, 5, 10].first { power * $0 >= rough } ?? 10)
    return stride(from: ceil(from / step) * step, through: to + step * 1e-9, by: step).map { $0 }
  }
}

/// A number in a drawing: tenths are enough.
func drawn(_ value: Double) -> String {
  let tenths = (value * 10).rounded()
  guard tenths.isFinite else { return "0" }
  let whole = Int(tenths)
  return whole % 10 == 0 ? "\(whole / 10)" : "\(whole < 0 ? "-" : "")\(abs(whole) / 10).\(abs(whole) % 10)"
}
