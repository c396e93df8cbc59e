internal import ParallaxFleet
internal import ParallaxModel
internal import ParallaxReport

/// The live table of hosts: one line for each, what is being done with it and for how long. Pure: events in, lines out.
struct LiveHosts {
  private struct Row {
    let name: String
    var state: HostState
    /// When the state began, or for one that is over how long it all took.
    var seconds: Double
    var detail: String
  }

  private var rows: [Row] = []
  private var indices: [String: Int] = [:]

  /// Whether there is still one that is being worked on or waits for it.
  var areBusy: Bool { rows.contains { !$0.state.isOver } }

  /// - Parameter now: seconds on a clock that only goes forward.
  mutating func take(_ event: RunEvent, now: Double) {
    switch event {
    case .state(let host, let state): set(host, state, now, "")
    case .host(let name, let seconds, let error):
      set(name, error == nil ? .ready : .failed, seconds, error.map { InertText.inert($0.message) } ?? "")
    case .stage, .waiting, .note: break
    }
  }

  private mutating func set(_ name: String, _ state: HostState, _ seconds: Double, _ detail: String) {
    let row = Row(name: name, state: state, seconds: seconds, detail: detail)
    if let index = indices[name] {
      rows[index] = row
    } else {
      indices[name] = rows.count
      rows.append(row)
    }
  }

  /// In a few words, for a single line.
  var summary: String? {
    rows.isEmpty ? nil : "hosts: " + rows.map { "\($0.name) \($0.state.rawValue)" }.joined(separator: ", ")
  }

  /// At most `height` lines. Where there are more hosts, those that are worked on come first, then those that failed, and
  /// the last line counts the rest.
  func lines(height: Int, now: Double) -> [String] {
    guard rows.count > height else { return rows.map { line($0, now) } }
    let ranked = rows.sorted { Self.rank($0.state) < Self.rank($1.state) }
    let shown = ranked.prefix(max(0, height - 1))
    let rest = ranked.dropFirst(shown.count)
    let counts = [HostState.waiting, .ready, .failed].compactMap { state in
      let count = rest.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(state.rawValue)"
    }
    let busy = rest.count { Self.rank($0.state) == 0 }
    let all = (busy == 0 ? [] : ["\(busy) under way"]) + counts
    return shown.map { line($0, now) } + ["and \(rest.count) more: \(all.joined(separator: ", "))"]
  }

  private static func rank(_ state: HostState) -> Int {
    switch state {
    case .failed: 1
    case .waiting: 2
    case .ready: 3
    default: 0
    }
  }

  private func line(_ row: Row, _ now: Double) -> String {
    let names = min(24, rows.map(\.name.count).max() ?? 0)
    let time =
      switch row.state {
      case .waiting: ""
      case .ready, .failed: Self.seconds(row.seconds)
      default: Self.seconds(max(0, now - row.seconds))
      }
    let text = "\(Self.padded(row.name, names))  \(Self.padded(row.state.rawValue, 14))  \(time)"
    return row.detail.isEmpty ? text : "\(text)  \(row.detail)"
  }

  private static func seconds(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) s"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
