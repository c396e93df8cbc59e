internal import ParallaxModel

/// A curl command as people and browsers copy it.
enum CurlCommand {
  /// Options that take a value and change nothing that a plan holds.
  private static let ignoredWithValue: Set<String> = [
    "-o", "--output", "-m", "--max-time", "--connect-timeout", "-w", "--write-out", "--cacert", "--retry",
    "--retry-delay", "--resolve", "-e", "--referer", "-A", "--user-agent", "-c", "--cookie-jar", "--limit-rate",
    "--interface", "-x", "--proxy", "--cert", "--key", "-E", "-D", "--dump-header", "-K", "--config", "--max-redirs",
  ]
  private static let data: Set<String> = [
    "-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode", "--json", "-F", "--form", "-T",
    "--upload-file", "--form-string",
  ]

  /// Errors: `usage`, which never repeat a part of the command, since any part may hold a secret.
  static func parse(_ text: String) throws(ParallaxError) -> ImportedRequest {
    guard var words = ShellWords.split(text)?[...], !words.isEmpty else {
      throw ParallaxError(
        .usage, "the curl command cannot be taken apart: a quote is not closed, or it is empty",
        remedy: "put the whole command into single quotes, or into \"$(cat file)\"")
    }
    if words.first?.split(separator: "/").last == "curl" { words = words.dropFirst() }
    var request = ImportedRequest(url: "")
    var method: String?
    var asksHead = false
    var sendsAsQuery = false
    while let word = words.popFirst() {
      let (option, attached) = parts(of: word)
      func value() throws(ParallaxError) -> String {
        guard let value = attached ?? words.popFirst() else {
          throw ParallaxError(.usage, "the option \(option) of the curl command has no value")
        }
        return value
      }
      switch option {
      case "-X", "--request": method = try value()
      case "-H", "--header": add(try value(), to: &request)
      case "-b", "--cookie": request.headers.append(Header("Cookie", try value()))
      case "-u", "--user":
        _ = try value()
        request.usesBasic = true
      case "--oauth2-bearer": request.headers.append(Header("Authorization", "Bearer \(try value())"))
      case "--url": request.url = try value()
      case "-I", "--head": asksHead = true
      case "-G", "--get": sendsAsQuery = true
      case _ where data.contains(option):
        _ = try value()
        request.hasBody = true
      case _ where ignoredWithValue.contains(option): _ = try value()
      case _ where option.hasPrefix("-"): continue
      default: request.url = word
      }
    }
    guard !request.url.isEmpty else { throw ParallaxError(.usage, "the curl command names no URL") }
    if sendsAsQuery, request.hasBody {
      throw ParallaxError(
        .usage, "the curl command moves its data into the query (--get)",
        remedy: "write the query into the URL yourself, and leave out --get and --data")
    }
    if !request.url.contains("://") { request.url = "https://" + request.url }
    request.method = method ?? (request.hasBody ? "POST" : asksHead ? "HEAD" : "GET")
    return request
  }

  /// `--request=PUT` and `-XPUT` hold their value; `-s` and `-sSL` hold none.
  private static func parts(of word: String) -> (option: String, value: String?) {
    if word.hasPrefix("--") {
      guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
      return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }
    guard word.hasPrefix("-"), word.count > 2 else { return (word, nil) }
    let short = String(word.prefix(2))
    let takesValue =
      ["-X", "-H", "-b", "-u"].contains(short) || data.contains(short) || ignoredWithValue.contains(short)
    return takesValue ? (short, String(word.dropFirst(2))) : (word, nil)
  }

  private static func add(_ line: String, to request: inout ImportedRequest) {
    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return }
    let value = parts[1].drop { $0 == " " }
    request.headers.append(Header(String(parts[0]), String(value)))
  }
}
