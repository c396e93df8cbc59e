public import ParallaxAnalysis
internal import ParallaxModel

/// Expectations as JUnit's XML, which every continuous integration shows: a broken promise is a failure, one that the
/// run does not show an error.
public enum JUnitReport {
  /// - Parameter plan: the file in which the expectations stand.
  public static func render(_ results: [ExpectationResult], run: MeasuredRun, plan: String) -> String {
    let broken = results.count { $0.outcome == .broken }
    let unknown = results.count { $0.outcome == .unknown }
    let seconds = run.verdict.map { Numbers.plain($0.duration, digits: 6) } ?? "0"
    var output = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    let counts = ("\(results.count)", "\(broken)", "\(unknown)")
    element("testsuites", ["tests": counts.0, "failures": counts.1, "errors": counts.2, "time": seconds]) {
      element(
        "testsuite",
        [
          "name": "parallax verify \(plan)", "tests": counts.0, "failures": counts.1, "errors": counts.2,
          "time": seconds,
        ]
      ) {
        element("properties") {
          element("property", ["name": "run", "value": run.id])
          element("property", ["name": "plan_digest", "value": run.planDigest])
          element("property", ["name": "verdict", "value": run.verdict.map(Sentences.headline) ?? "none"])
        }
        for result in results { testCase(result, plan: plan) }
      }
    }.write(to: &output)
    return output + "\n"
  }

  private static func testCase(_ result: ExpectationResult, plan: String) -> Markup {
    let place = result.line.map { "\(plan):\($0)" } ?? plan
    return element(
      "testcase",
      ["classname": place, "name": result.name, "file": plan, "line": "\(result.line ?? 1)", "time": "0"]
    ) {
      switch result.outcome {
      case .kept: element("system-out") { result.because }
      case .broken: element("failure", ["message": result.because, "type": "broken"]) { "\(place): \(result.because)" }
      case .unknown: element("error", ["message": result.because, "type": "unknown"]) { "\(place): \(result.because)" }
      }
    }
  }
}
