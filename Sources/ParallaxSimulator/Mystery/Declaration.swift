internal import Glibc
internal import ParallaxModel

/// What the refusals of a mystery world say by themselves, true or not.
struct Declaration: Sendable, Hashable {
  enum End: Sendable, Hashable {
    /// When the window of that many seconds ends, on the server's clock.
    case window(Double)
    /// Always the same wait.
    case constant(Double)
    /// A wait that doubles with each refusal.
    case doubling(Double)
    /// A fixed time.
    case at(Double)
  }

  var end: End?
  /// Said of every refusal.
  var words: [CauseSignal] = []
  private var refusals = 0

  init(end: End? = nil, words: [CauseSignal] = []) {
    self.end = end
    self.words = words
  }

  mutating func signals(refusedAt time: Double) -> [CauseSignal] {
    defer { refusals += 1 }
    switch end {
    case nil: return words
    case .window(let length)?: return words + [.resets(after: (floor(time / length) + 1) * length - time)]
    case .constant(let wait)?: return words + [.resets(after: wait)]
    case .doubling(let wait)?: return words + [.resets(after: wait * exp2(Double(refusals)))]
    case .at(let end)?: return words + [.resets(after: end - time)]
    }
  }
}
