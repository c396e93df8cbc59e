internal import ParallaxAnalysis
internal import ParallaxModel

/// The page's parts, in the order in which a reader asks: the answer, what it rests on, how it was measured.
struct Page {
  let run: MeasuredRun
  let plan: (text: String, file: String)?

  private struct Section {
    var id: String
    var title: String
    var content: [Markup]
  }

  var headline: String {
    run.verdict.map(Sentences.headline) ?? "This run has no verdict: it was interrupted, or it still goes on."
  }

  var body: [Markup] {
    let sections = sections.filter { !$0.content.isEmpty }
    return [
      element("a", ["class": "skip", "href": "#main"]) { "To the report" },
      element("header") {
        element("p", ["class": "brand"]) {
          element("b") { "Parallax" }
          " · which identity does the limiter see? · run \(run.id)"
        }
        element("h1") { headline }
        for sentence in explanation { element("p", ["class": "meaning"]) { sentence } }
        Tiles(run: run).markup
        element("nav", ["aria-label": "Sections"]) {
          element("ul") {
            for section in sections { element("li") { element("a", ["href": "#\(section.id)"]) { section.title } } }
          }
        }
      },
      element("main", ["id": "main"]) {
        for section in sections {
          element("section", ["id": section.id, "aria-labelledby": "\(section.id)-heading"]) {
            element("h2", ["id": "\(section.id)-heading"]) { section.title }
            section.content
          }
        }
      },
      element("footer") { "Run \(run.id), plan \(run.planDigest). The file holds no key and loads nothing." },
    ]
  }

  private var explanation: [String] { document?.explanation ?? [] }

  private var document: ReportDocument? {
    run.verdict.map { VerdictDocument(verdict: $0, run: run).document() }
  }

  private var sections: [Section] {
    let figures = Figures(run: run)
    return [
      Section(id: "cells", title: "Cells", content: figures.matrix + cells),
      Section(id: "limiters", title: limiterTitle, content: limiters),
      Section(id: "causes", title: "Causes", content: causes),
      Section(id: "certainty", title: "How certainty grew", content: figures.posterior),
      Section(id: "time", title: "Requests in time", content: figures.timeline),
      Section(id: "recovery", title: "Recovery and fit", content: figures.bucket),
      Section(id: "latencies", title: "Latencies", content: figures.latency),
      Section(id: "answers", title: "What the answers looked like", content: AnswerExamples(run: run).markup),
      Section(id: "hosts", title: "Hosts", content: hosts),
      Section(id: "quality", title: "Quality of the data", content: quality),
      Section(id: "plan", title: "Plan", content: planText),
    ]
  }

  private var cells: [Markup] {
    guard let verdict = run.verdict else { return [] }
    let table = VerdictDocument(verdict: verdict, run: run).cells()
    return [
      Tables.markup(table, label: "Every cell, with what the limiter did to it while the reference was exhausted")
    ]
  }

  private var hosts: [Markup] {
    let lookup = run.nameLookup.map { seconds in
      element("p") {
        "The target's name was looked up once, in \(Numbers.seconds(Numbers.short(seconds))); every vantage asked that address."
      }
    }
    return [HostsTable(run: run).markup] + [lookup].compactMap { $0 }
  }

  private var limiterTitle: String { (run.verdict?.limiters.count ?? 0) > 1 ? "Limiters" : "Limiter" }

  private var limiters: [Markup] {
    guard let verdict = run.verdict else { return [] }
    let document = VerdictDocument(verdict: verdict, run: run)
    return verdict.limiters.enumerated().flatMap { index, limiter -> [Markup] in
      var parts: [Markup] = []
      if verdict.limiters.count > 1 { parts.append(element("h3") { "Limiter \(index + 1)" }) }
      parts.append(Tables.facts(document.facts(of: limiter)))
      if index > 0 { parts.append(Tables.markup(document.evidence(of: limiter), label: "Its evidence, by cell")) }
      return parts
    }
  }

  private var causes: [Markup] {
    guard let verdict = run.verdict, !verdict.causes.isEmpty else { return [] }
    let sections = CauseSections(verdict: verdict, design: run.design, observations: run.observations).sections
    return sections.flatMap { section in
      section.blocks.map { block -> Markup in
        switch block {
        case .table(let table):
          Tables.markup(table, label: section.title == "Causes" ? "Causes and their probability" : "What it rests on")
        case .facts(let facts): Tables.facts(facts)
        case .paragraph(let text, _): element("p") { text }
        case .list(let items): element("ul") { for item in items { element("li") { item } } }
        }
      }
    }
  }

  private var quality: [Markup] {
    let notes = QualityNotes(run: run).notes
    let gaps = run.design.gaps.map { "Not varied: \($0.dimension): \($0.because). To vary it: \($0.toSettle)." }
    guard !notes.isEmpty || !gaps.isEmpty else {
      return [element("p", ["class": "note"]) { "Nothing to remark." }]
    }
    return [element("ul", ["class": "warnings"]) { for note in gaps + notes { element("li") { note } } }]
  }

  private var planText: [Markup] {
    guard let plan else { return [] }
    return [
      element("p", ["class": "note"]) {
        element("code") { plan.file }
        ", as it was when the run began. Keys are named by where they are kept, never written down."
      },
      element("pre", ["tabindex": "0", "role": "region", "aria-label": "The plan"]) {
        Markup.preformatted(plan.text)
      },
    ]
  }
}
