internal import ParallaxReport
internal import Testing

@Suite struct TextTableTests {
  private func table(_ texts: [String], _ alignment: TextTable.Column.Alignment = .left) -> TextTable {
    var table = TextTable([.init("name"), .init("n", alignment)])
    for text in texts { table.append([.init(text), "1"]) }
    return table
  }

  @Test func alignsByDisplayWidth() {
    let lines = table(["a", "日本", "e\u{301}", "👩", "ｗ"], .right).render(TerminalOptions(width: 40))
      .split(separator: "\n")
    #expect(lines[1] == "────  ─")
    #expect(lines[2...] == ["a     1", "日本  1", "e\u{301}     1", "👩    1", "ｗ    1"])
  }

  @Test func wrapsWhatDoesNotFit() {
    var table = TextTable([.init("what"), .init("why")])
    table.append(["a", "one two three four five six seven"])
    #expect(
      table.render(TerminalOptions(width: 24))
        == "what  why\n────  ──────────────────\na     one two three four\n      five six seven\n")
  }

  @Test func turnsIntoBlocksWhereItCannotFit() {
    var table = TextTable((0..<6).map { .init("column \($0)") })
    table.append((0..<6).map { .init("value \($0)") })
    let text = table.render(TerminalOptions(width: 30))
    #expect(text.hasPrefix("column 0  value 0\ncolumn 1  value 1\n"))
  }

  @Test func breaksLongWords() {
    let lines = table([String(repeating: "x", count: 90)]).render(TerminalOptions(width: 40)).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 40 })
    #expect(lines.joined().filter { $0 == "x" }.count == 90)
  }

  @Test func coloursOnlyWhenAsked() {
    var table = TextTable([.init("a")])
    table.append([.init("x", .bad)])
    #expect(!table.render(TerminalOptions(isColoured: false)).contains("\u{1b}"))
    #expect(table.render(TerminalOptions(isColoured: true)).contains("\u{1b}[31mx\u{1b}[0m"))
  }

  @Test func pipesGetNoColours() {
    #expect(TerminalOptions.of(descriptor: -1) == TerminalOptions(width: 100, isColoured: false))
  }
}
