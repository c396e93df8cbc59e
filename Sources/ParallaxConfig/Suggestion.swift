/// Finds what a user most likely meant.
enum Suggestion {
  /// The known word nearest to `word`, if it is near enough to be a slip of the finger.
  static func nearest(to word: String, among known: [String]) -> String? {
    let folded = word.lowercased().replacing("-", with: "_")
    let ranked = known.map { (word: $0, distance: distance(folded, $0)) }.min { $0.distance < $1.distance }
    guard let best = ranked, best.distance <= max(1, best.word.count / 3) else { return nil }
    return best.word
  }

  /// Edits between two words: insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
  static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.unicodeScalars.prefix(64))
    let b = Array(b.unicodeScalars.prefix(64))
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in b.indices {
        row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1) }
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
