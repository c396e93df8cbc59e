/// A report before it takes a form: a headline and sections of text, facts and tables. Renderers give it its looks.
struct ReportDocument {
  enum Block {
    case paragraph(String, TextStyle)
    /// Names with their values.
    case facts([(name: String, value: String)])
    case list([String])
    case table(TextTable)
  }

  struct Section {
    let title: String
    var blocks: [Block]
  }

  /// The verdict in a sentence.
  var headline: String
  /// What the sentence means, and what it rests on.
  var explanation: [String]
  var sections: [Section]
}
