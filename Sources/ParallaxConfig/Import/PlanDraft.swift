public import ParallaxModel

/// A plan made of a request that another tool recorded. What looks like a credential is written as {{key}}, whose value
/// the plan takes from the environment; a second one is left out. No value of either is in the text, nor in an error.
public struct PlanDraft: Sendable {
  /// The plan; its `permission` is for the user to fill in, and until then it is refused.
  public let text: String
  /// What the user should know: what was left out, and what the key's value must be.
  public let notes: [String]

  public static func curl(_ command: String) throws(ParallaxError) -> PlanDraft {
    try PlanDraft(try CurlCommand.parse(command))
  }

  public static func har(path: String) throws(ParallaxError) -> PlanDraft {
    try PlanDraft(try HARArchive.request(path: path))
  }

  init(_ request: ImportedRequest) throws(ParallaxError) {
    guard ["GET", "HEAD"].contains(request.method), !request.hasBody else {
      throw ParallaxError(
        .usage, "the request is a \(Printable.inert(request.method))\(request.hasBody ? " with a body" : "")",
        remedy: "take a request that only reads (GET or HEAD): hundreds of it must do no harm")
    }
    var scrubbed = Scrubbed(request)
    scrubbed.scrub()
    let body = Self.text(of: scrubbed)
    // What was written must be a plan, and hold no secret, by the same rules as any other.
    let filled = body.replacing("permission: \"\"", with: "permission: \"filled in\"")
    do throws(ParallaxError) { _ = try PlanFile.parse(text: filled, file: "plan.yaml") } catch {
      throw ParallaxError(
        .usage, "no plan can be made of this request: \(error.message)",
        remedy: error.remedy ?? "write the plan by hand: parallax init")
    }
    text = body
    notes = scrubbed.notes
  }

  private static func text(of request: Scrubbed) -> String {
    var lines = [
      "# Made from a recorded request. See what it would do, sending nothing:  parallax plan plan.yaml", "target:",
      "  url: \(quoted(request.url))", "  method: \(request.method)",
    ]
    if !request.headers.isEmpty {
      lines.append("  headers:")
      lines += request.headers.map { "    \(quoted($0.name)): \(quoted($0.value))" }
    }
    lines += [
      "  permission: \"\"                                # required: on what ground this target may be tested", "",
      "# The recorded key is a1: put its value into KEY_A1. A second key of the same account and one of another account",
      "# tell a limit per key from a limit per account.", "accounts:", "  A:", "    keys:", "      a1: { env: KEY_A1 }",
      "      # a2: { env: KEY_A2 }", "  # B:", "  #   keys:", "  #     b1: { env: KEY_B1 }", "",
      "budget: { requests: 2000, rate: 50/s, duration: 15m }   # caps that the agents enforce", "",
    ]
    return lines.joined(separator: "\n")
  }

  /// A YAML scalar in double quotes (YAML 1.2.2, section 7.3.1).
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16)
        result += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
