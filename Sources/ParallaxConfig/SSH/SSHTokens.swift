/// The percent signs, tildes and variables of ssh_config(5), "TOKENS" and "ENVIRONMENT VARIABLES".
struct SSHTokens {
  let environment: SSHClientEnvironment
  /// As typed (`%n`), and as it came out of HostName (`%h`).
  let originalHost: String
  let host: String
  let port: Int
  let user: String
  var hostKeyAlias: String?

  /// A token that is not known here; its letter.
  struct Unknown: Error {
    let token: String
  }

  /// HostName knows `%h`, what was typed, and `%%`.
  static func hostName(_ text: String, host: String) -> String {
    text.replacing("%%", with: "\u{0}").replacing("%h", with: host).replacing("\u{0}", with: "%")
  }

  /// A path, with its tilde.
  func path(_ text: String) throws(Unknown) -> String {
    environment.expandingTilde(try variables(in: try expanded(text)))
  }

  func expanded(_ text: String) throws(Unknown) -> String {
    var result = ""
    var rest = text[...]
    while let percent = rest.firstIndex(of: "%") {
      result += rest[..<percent]
      rest = rest[rest.index(after: percent)...]
      guard let token = rest.popFirst() else { throw Unknown(token: "%") }
      switch token {
      case "%": result += "%"
      case "d": result += environment.home
      case "h": result += host
      case "i": result += String(environment.userNumber)
      case "k": result += hostKeyAlias ?? originalHost
      case "L": result += environment.machine.prefix { $0 != "." }
      case "l": result += environment.machine
      case "n": result += originalHost
      case "p": result += String(port)
      case "r": result += user
      case "u": result += environment.user
      default: throw Unknown(token: "%\(token)")
      }
    }
    return result + rest
  }

  /// `${NAME}`; one that is not set is an error, as for ssh.
  private func variables(in text: String) throws(Unknown) -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "${") {
      result += rest[..<start.lowerBound]
      let name = rest[start.upperBound...].prefix { $0 != "}" }
      guard name.endIndex < rest.endIndex, let value = environment.variables[String(name)] else {
        throw Unknown(token: "${\(name)}")
      }
      result += value
      rest = rest[rest.index(after: name.endIndex)...]
    }
    return result + rest
  }
}
