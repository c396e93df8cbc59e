internal import ParallaxModel
internal import ParallaxSignals
internal import Testing

private let nginx503 = """
  <html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n\
  <center><h1>503 Service Temporarily Unavailable</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>
  """

private func answer(_ status: Int?, _ body: String = "", _ headers: [String: String] = [:]) -> Answer {
  Answer(
    status: status, headers: headers.sorted { $0.key < $1.key }.map { Header($0.key, $0.value) },
    body: Array(body.utf8))
}

extension Reading {
  fileprivate var name: String {
    switch self {
    case .passed: "passed"
    case .limited: "limited"
    case .void(let reason): "void \(reason)"
    }
  }

  fileprivate var signature: Signature? { if case .limited(let signature) = self { signature } else { nil } }
}

@Suite struct ClassifierTests {
  @Test(arguments: [
    (answer(200, #"{"ok":true}"#), "passed"),
    (answer(200, #"{"data":[{"id":1,"message":"how to handle a rate limit exceeded error"}]}"#), "passed"),
    (answer(200, #"{"title":"Rate limits explained","author":"x","views":3,"text":"too many requests"}"#), "passed"),
    (answer(200, #"{"error":{"code":"rate_limited","message":"10 per 8 second"}}"#), "limited"),
    (answer(200, #"{"ok":false,"error":"ratelimited"}"#), "limited"),
    (answer(200, #"{"success":false,"message":"Too many requests, slow down"}"#), "limited"),
    (answer(200, #"{"status":"0","message":"NOTOK","result":"Max rate limit reached"}"#), "limited"),
    (answer(200, #"{"Note":"Our standard API call frequency is 5 calls per minute"}"#), "limited"),
    (answer(200, #"{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}]}"#), "limited"),
    (answer(200, #"{"errors":[{"message":"field not found"}],"data":null}"#), "passed"),
    (answer(200, "Rate limit exceeded"), "limited"),
    (answer(200, "<html><title>Too Many Requests</title></html>"), "limited"),
    (answer(204), "passed"),
    (answer(301, "", ["Location": "/login"]), "passed"),
    (answer(302, "", ["Location": "https://www.google.com/sorry/index?continue=x"]), "limited"),
    (answer(429), "limited"), (answer(402), "limited"), (answer(529), "limited"), (answer(420), "limited"),
    (answer(503, nginx503, ["Server": "nginx"]), "limited"),
    (answer(503), "limited"),
    (answer(503, "upstream connect error or disconnect/reset before headers"), "void serverError"),
    (
      answer(503, "<html><h1>503 Service Temporarily Unavailable</h1></html>", ["Server": "awselb/2.0"]),
      "void serverError"
    ),
    (answer(503, "<Error><Code>SlowDown</Code></Error>"), "limited"),
    (answer(503, "Down for maintenance"), "void serverError"),
    (
      answer(403, "<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>"),
      "limited"
    ),
    (answer(403, #"{"message":"API rate limit exceeded for 1.2.3.4"}"#), "limited"),
    (answer(403, #"{"error":{"code":"insufficient_scope"}}"#), "passed"),
    (answer(403, #"{"message":"Resource not accessible by integration"}"#), "passed"),
    (answer(403, #"{"message":"permission denied"}"#, ["X-RateLimit-Remaining": "0"]), "limited"),
    (
      answer(400, #"{"__type":"com.amazon.coral.availability#ThrottlingException","message":"Rate exceeded"}"#),
      "limited"
    ),
    (answer(400, "", ["x-amzn-ErrorType": "ThrottlingException:http://x/"]), "limited"),
    (answer(400, #"{"error":{"code":"context_length_exceeded","message":"exceeded the maximum length"}}"#), "passed"),
    (answer(413, "request limit exceeded"), "passed"),
    (answer(401), "passed"), (answer(401, #"{"error":"invalid_api_key"}"#), "passed"),
    (answer(404, "not found"), "passed"),
    (answer(500, "rate limit"), "void serverError"), (answer(502), "void serverError"),
    (answer(500, #"{"error":{"code":"RATE_LIMITED"}}"#), "limited"),
    (answer(408), "void serverError"),
    (Answer(failure: .timeout), "void silence"), (Answer(failure: .connectionTimeout), "void silence"),
    (Answer(failure: .reset), "void reset"), (Answer(failure: .connectionRefused), "void unreachable"),
    (Answer(failure: .notSent), "void notSent"), (Answer(failure: .tls), "void unreachable"),
    (Answer(status: 200, body: [1], failure: .reset), "void reset"),
    (Answer(status: 200, body: [1], failure: .tooLarge), "passed"),
    (Answer(status: 429, failure: .reset), "limited"),
  ])
  func reads(answer: Answer, as expected: String) {
    #expect(Classifier(rules: []).read(answer).name == expected)
  }

  @Test func obeysTheRulesOfThePlan() {
    let classifier = Classifier(rules: [
      LimitRule(status: 200, bodyContains: "try later"), LimitRule(header: "x-limited"), LimitRule(status: 418),
    ])
    #expect(classifier.read(answer(200, "please try later")).name == "limited")
    #expect(classifier.read(answer(404, "please try later")).name == "passed")
    #expect(classifier.read(answer(200, "", ["X-Limited": "1"])).name == "limited")
    #expect(classifier.read(answer(418)).name == "limited")
    #expect(classifier.read(answer(200, "fine")).name == "passed")
  }

  @Test func signatureHoldsNoVariableParts() throws {
    func signature(_ id: String, _ wait: Int) -> Signature? {
      Classifier(rules: []).read(
        answer(
          429, #"{"error":{"code":"rate_limit_exceeded","message":"Limit 60 used, request \#(id)"},"id":"\#(id)"}"#,
          [
            "Retry-After": "\(wait)", "X-RateLimit-Limit": "60", "Server": "gunicorn/20.1", "X-Request-Id": id,
          ])
      ).signature
    }
    let first = try #require(signature("req_9f31c2aa71bb", 31))
    #expect(first == signature("req_0000aa11bb22cc", 7))
    #expect(
      first
        == Signature(
          status: 429, server: "gunicorn", headers: ["retry-after", "x-ratelimit-limit"],
          body: "json error.code=rate_limit_exceeded", layer: .application))
  }

  @Test(arguments: [
    (answer(503, nginx503, ["Server": "nginx"]), Signature.Layer.edge, "html nginx"),
    (
      answer(429, "<html><title>Access denied | x used Cloudflare</title> Error 1015</html>", ["CF-RAY": "8f-FRA"]),
      .cdn, "html cloudflare"
    ),
    (
      answer(429, #"{"type":"error","error":{"type":"rate_limit_error"}}"#, ["CF-RAY": "8f-FRA"]), .application,
      "json error.type=rate_limit_error"
    ),
    (answer(429, #"{"error":{"code":"insufficient_quota"}}"#), .billing, "json error.code=insufficient_quota"),
    (answer(402), .billing, ""),
    (answer(529, #"{"error":{"type":"overloaded_error"}}"#), .upstream, "json error.type=overloaded_error"),
    (answer(429, #"{"message":"API rate limit exceeded"}"#, ["Server": "kong/3.4"]), .edge, "json {message}"),
    (answer(429, "local_rate_limited", ["Server": "envoy"]), .edge, "text local_rate_limited"),
    (answer(429, "Too Many Requests\n", ["Server": "nginx"]), .edge, "text too many requests"),
    (answer(429, "retry in 31s (9f31c2aa71bb55)"), .application, "text retry in #s #"),
    (answer(429), .unknown, ""),
  ])
  func tellsWhoSaysNo(answer: Answer, layer: Signature.Layer, body: String) {
    let classifier = Classifier(rules: [])
    #expect(classifier.read(answer).signature?.layer == layer)
    #expect(classifier.read(answer).signature?.body == body)
    #expect(classifier.whoSaysNo(answer).layer == layer)
    #expect(!classifier.whoSaysNo(answer).grounds.isEmpty)
  }
}
