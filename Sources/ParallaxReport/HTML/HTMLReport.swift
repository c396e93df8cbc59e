internal import Foundation
public import ParallaxAnalysis
internal import ParallaxDigest
internal import ParallaxModel

/// The report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere, and a policy
/// that forbids them.
public enum HTMLReport {
  /// - Parameters:
  ///   - plan: the plan's text without secrets, and the file it stood in; nil leaves it out.
  public static func render(_ run: MeasuredRun, plan: (text: String, file: String)? = nil) -> String {
    var output = "<!DOCTYPE html>\n"
    let page = Page(run: run, plan: plan)
    element("html", ["lang": "en"]) {
      head(title: page.headline)
      element("body") { page.body }
    }.write(to: &output)
    return output + "\n"
  }

  private static func head(title: String) -> Markup {
    element("head") {
      element("meta", ["charset": "utf-8"])
      element("meta", ["http-equiv": "Content-Security-Policy", "content": policy])
      element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      element("meta", ["name": "referrer", "content": "no-referrer"])
      element("meta", ["name": "color-scheme", "content": "light dark"])
      element("title") { "Parallax: \(title)" }
      Markup.style(StyleSheet.text)
    }
  }

  /// Nothing is loaded and nothing runs; the one style sheet is known by its hash.
  static var policy: String {
    let digest = SHA256.digest(of: Array("\(StyleSheet.text)".utf8))
    return
      "default-src 'none'; style-src 'sha256-\(Data(digest).base64EncodedString())'; base-uri 'none'; form-action 'none'"
  }
}
