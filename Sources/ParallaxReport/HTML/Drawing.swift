/// A picture with its title and description for those who cannot see it.
struct Drawing {
  /// Names its title and description in the page.
  let id: String
  let title: String
  let description: String
  let width: Double
  let height: Double
  let content: [Markup]

  static let width = 720.0

  var markup: Markup {
    element(
      "svg",
      [
        "viewBox": "0 0 \(drawn(width)) \(drawn(height))", "role": "img", "class": width < 600 ? "small" : "wide",
        "aria-labelledby": "\(id)-title \(id)-desc", "preserveAspectRatio": "xMidYMin meet",
      ]
    ) {
      element("title", ["id": "\(id)-title"]) { title }
      element("desc", ["id": "\(id)-desc"]) { description }
      content
    }
  }
}

/// The shapes of which drawings are made.
enum Shape {
  static func text(
    _ text: String, x: Double, y: Double, anchor: String = "start", style: String = "label"
  ) -> Markup {
    element("text", ["x": drawn(x), "y": drawn(y), "text-anchor": anchor, "class": style]) { text }
  }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> Markup {
    element("line", ["x1": drawn(x1), "y1": drawn(y1), "x2": drawn(x2), "y2": drawn(y2), "class": style])
  }

  static func box(
    x: Double, y: Double, width: Double, height: Double, radius: Double = 0, _ style: String
  ) -> Markup {
    element(
      "rect",
      [
        "x": drawn(x), "y": drawn(y), "width": drawn(max(0.1, width)), "height": drawn(height), "rx": drawn(radius),
        "class": style,
      ])
  }

  static func path(_ data: String, _ style: String) -> Markup { element("path", ["d": data, "class": style]) }

  /// Dots as one path of lines without length, each position once: a million requests cost no more than the pixels.
  static func dots(_ points: [(x: Double, y: Double)], _ style: String) -> Markup {
    let places = unique(points)
    guard !places.isEmpty else { return .nothing }
    return path(places.map { "M\(drawn($0.x)) \(drawn($0.y))h0" }.joined(), style)
  }

  /// Crosses, each position once.
  static func crosses(_ points: [(x: Double, y: Double)], size: Double = 2.6, _ style: String) -> Markup {
    let places = unique(points)
    guard !places.isEmpty else { return .nothing }
    let across = drawn(2 * size)
    let data = places.map {
      "M\(drawn($0.x - size)) \(drawn($0.y - size))l\(across) \(across)m0-\(across)l-\(across) \(across)"
    }
    return path(data.joined(), style)
  }

  /// Steps to the right, then up or down.
  static func staircase(_ points: [(x: Double, y: Double)], until end: Double? = nil, _ style: String) -> Markup {
    guard let first = points.first else { return .nothing }
    var data = "M\(drawn(first.x)) \(drawn(first.y))"
    var last = (drawn(first.x), drawn(first.y))
    for point in points.dropFirst() {
      let (x, y) = (drawn(point.x), drawn(point.y))
      if x != last.0 { data += "H\(x)" }
      if y != last.1 { data += "V\(y)" }
      last = (x, y)
    }
    if let end { data += "H\(drawn(end))" }
    return path(data, style)
  }

  private static func unique(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    var seen: Set<Int> = []
    return points.filter { seen.insert(Int(($0.x * 2).rounded()) &* 100_003 &+ Int(($0.y * 2).rounded())).inserted }
  }
}
