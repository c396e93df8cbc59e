internal import ParallaxModel

/// How requests travel, and what the client shows for itself.
extension PlanReader {
  func transport(_ fields: YAMLFields) throws(ParallaxError) -> Transport {
    var transport = Transport()
    if let field = fields["http"] {
      switch try field.string() {
      case "1.1", "1": break
      case "2", "2.0": transport.version = .http2
      default: throw field.error("`target.http` must be 1.1 or 2")
      }
    }
    if let field = fields["streams"] {
      guard transport.version == .http2 else {
        throw field.error(
          "`target.streams` needs HTTP/2: an HTTP/1.1 connection carries one request at a time",
          remedy: "add `http: 2`, or remove it")
      }
      transport.streams = try field.integer(in: 1...1000)
    }
    if let field = fields["compression"] {
      switch try field.string() {
      case "none": break
      case "gzip": transport.acceptsGzip = true
      default: throw field.error("`target.compression` must be gzip or none")
      }
    }
    return transport
  }

  func clientCertificate(_ fields: YAMLFields) throws(ParallaxError) -> ClientCertificate? {
    switch (fields["client_certificate"], fields["client_key"]) {
    case (nil, nil): return nil
    case (let certificate?, let key?):
      return ClientCertificate(certificateFile: try certificate.filePath(), keyFile: try key.filePath())
    case (let one?, nil), (nil, let one?):
      throw one.error(
        "a client certificate and its private key belong together",
        remedy: "name both files: `client_certificate` and `client_key`")
    }
  }

  func stopRules(_ value: YAMLValue) throws(ParallaxError) -> StopRules {
    let fields = try value.fields(["server_errors", "connection_errors", "latency", "retry_after", "when"])
    var rules = StopRules()
    if let field = fields["server_errors"] {
      rules.serverErrors = try switchable(field) { value throws(ParallaxError) in try value.share() }
    }
    if let field = fields["connection_errors"] {
      rules.connectionErrors = try switchable(field) { value throws(ParallaxError) in try value.share() }
    }
    if let field = fields["latency"] {
      rules.latency = try switchable(field) { value throws(ParallaxError) in try value.duration() }
    }
    if let field = fields["retry_after"] {
      rules.retryAfter = try switchable(field) { value throws(ParallaxError) in try value.duration() }
    }
    if let field = fields["when"] { rules.when = try limitRules(field) }
    return rules
  }

  /// `off` takes a rule away.
  private func switchable(
    _ field: YAMLValue, _ read: (YAMLValue) throws(ParallaxError) -> Double
  ) throws(ParallaxError) -> Double? {
    ["off", "false", "no"].contains(try field.string().lowercased()) ? nil : try read(field)
  }
}
