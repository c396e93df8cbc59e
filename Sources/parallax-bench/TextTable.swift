/// Columns of text: the first to the left, the others to the right.
struct TextTable {
  var title: String
  var header: [String]
  var rows: [[String]] = []

  var text: String {
    let lines = [header] + rows
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let body = lines.map { line in
      line.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - line[column].count)
        return column == 0 ? line[column] + padding : padding + line[column]
      }.joined(separator: "  ")
    }
    let rule = String(repeating: "-", count: body[0].count)
    return ([title, body[0], rule] + body.dropFirst()).joined(separator: "\n")
  }
}
