internal import Glibc

/// The lengths of windows that are considered, with their prior: mostly the round ones that people write.
struct WindowGrid {
  static let round: [Double] = [
    1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400,
  ]
  private static let usual: [Double: Double] = [
    1: 0.12, 10: 0.1, 60: 0.28, 300: 0.05, 3600: 0.12, 86_400: 0.12,
  ]
  /// Prior share of all lengths that are not round.
  private static let other = 0.1
  private static let steps = 60

  let lengths: [Double]
  let logPriors: [Double]
  let isRound: [Bool]

  /// - Parameter span: seconds that the log covers: much longer windows look alike.
  init(span: Double) {
    let longest = max(2, min(4e4, 3 * span))
    let between = (0..<Self.steps).map { 0.5 * pow(longest / 0.5, Double($0) / Double(Self.steps - 1)) }
    let all = (Self.round.map { ($0, true) } + between.map { ($0, false) }).sorted { $0.0 < $1.0 }
    lengths = all.map(\.0)
    isRound = all.map(\.1)
    logPriors = all.map { log($0.1 ? Self.usual[$0.0] ?? 0.01 : Self.other / Double(Self.steps)) }
  }
}
