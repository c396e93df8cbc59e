internal import ParallaxAnalysis
internal import ParallaxModel

/// Tables and lists of facts, in regions that can be scrolled with the keyboard.
enum Tables {
  static func markup(_ table: TextTable, label: String) -> Markup {
    let titles = table.columns.map { ($0.title, $0.alignment == .right) }
    return element("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": label]) {
      element("table") {
        element("caption") { element("span") { label } }
        element("thead") {
          element("tr") {
            for (title, isNumber) in titles {
              element("th", ["scope": "col", "class": isNumber ? "number" : "text"]) { title }
            }
          }
        }
        element("tbody") {
          for row in table.rows {
            element("tr") {
              for (index, entry) in row.enumerated() {
                if index == 0 {
                  element("th", ["scope": "row"]) { entry.text }
                } else {
                  element("td", ["class": titles[index].1 ? "number" : "text"]) { entry.text }
                }
              }
            }
          }
        }
      }
    }
  }

  static func facts(_ facts: [(name: String, value: String)]) -> Markup {
    element("dl", ["class": "facts"]) {
      for fact in facts {
        element("dt") { fact.name }
        element("dd") { fact.value }
      }
    }
  }
}

/// Where requests left from, and how well each clock was known.
struct HostsTable {
  let run: MeasuredRun

  var markup: Markup {
    var table = TextTable([
      .init("vantage"), .init("host"), .init("address"), .init("via"), .init("requests", .right),
      .init("no answer", .right), .init("TCP", .right), .init("TLS", .right), .init("clock known to", .right),
      .init("latest start", .right),
    ])
    for (index, vantage) in run.design.vantages.enumerated() {
      let own = run.design.cells.filter { $0.vantage == index }.map { run.tally.cell($0.id) }
      let host = run.hosts.first { $0.name == vantage.host }
      let late = own.compactMap(\.latestStart).max()
      table.append([
        .init(vantage.name), .init(vantage.host), .init(vantage.sourceAddress ?? host?.address ?? "-"),
        .init(host?.transport ?? "-"), .init("\(own.reduce(0) { $0 + $1.readings.all })"),
        .init("\(own.reduce(0) { $0 + $1.silent })"),
        .init(Self.median(own.map(\.connecting))), .init(Self.median(own.map(\.securing))),
        .init(own.compactMap(\.clockBound).max().map { "± \(Numbers.seconds(Numbers.short($0)))" } ?? "-"),
        .init(late.map { "\(Numbers.seconds(Numbers.short(max(0, $0)))) late" } ?? "-"),
      ])
    }
    return Tables.markup(
      table, label: "Hosts, with the median times to open a connection, clock bounds and the latest start")
  }

  private static func median(_ parts: [LatencyHistogram]) -> String {
    var all = LatencyHistogram()
    for part in parts { all.add(part) }
    return all.count > 0 ? Numbers.seconds(Numbers.short(all.quantile(0.5))) : "-"
  }
}

/// One answer of every kind, as it came.
struct AnswerExamples {
  let run: MeasuredRun

  private static let kindLimit = 8
  private static let headerLimit = 40
  private static let bodyLimit = 600

  var markup: [Markup] {
    run.tally.kinds.prefix(Self.kindLimit).enumerated().map { index, kind in
      element("details") {
        element("summary") {
          "\(Sentences.reading(kind.reading).text): \(Numbers.counted(kind.count, "answer"))\(looks(kind.reading))"
        }
        element("pre", ["tabindex": "0", "role": "region", "aria-label": "Answer \(index + 1) of its kind"]) {
          Markup.preformatted(text(of: kind.first.answer))
        }
      }
    }
  }

  private func looks(_ reading: Reading) -> String {
    if case .limited(let signature) = reading { ", \(Sentences.signature(signature))" } else { "" }
  }

  private func text(of answer: Answer) -> String {
    var lines: [String] = []
    if let status = answer.status { lines.append("status \(status)") }
    if let failure = answer.failure { lines.append("no complete answer: \(failure)") }
    lines += answer.headers.prefix(Self.headerLimit).map { InertText.inert("\($0.name): \($0.value)") }
    if answer.headers.count > Self.headerLimit { lines.append("(\(answer.headers.count - Self.headerLimit) more)") }
    guard !answer.body.isEmpty else { return lines.joined(separator: "\n") }
    let body = String(decoding: answer.body.prefix(Self.bodyLimit), as: UTF8.self)
    lines += [
      "",
      body.split(separator: "\n", omittingEmptySubsequences: false).map { InertText.inert(String($0)) }
        .joined(separator: "\n"),
    ]
    if answer.body.count > Self.bodyLimit { lines.append("(cut; \(answer.bytes) bytes came)") }
    return lines.joined(separator: "\n")
  }
}
