internal import Glibc
internal import ParallaxAgent
internal import ParallaxSignals

func say(_ text: String, to descriptor: CInt) {
  let line = Array((text + "\n").utf8)
  _ = write(descriptor, line, line.count)
}

// Nothing on the command line but `--version`, the relay's socket and how long silence is borne: everything else comes by
// standard input, keys above all.
let arguments = CommandLine.arguments.dropFirst()

func value(of option: String) -> String? {
  arguments.firstIndex(of: option).flatMap { arguments.dropFirst($0).first }
}

if arguments.first == "--version" {
  say("parallax-agent \(AgentProcess.version)", to: STDOUT_FILENO)
  exit(0)
}

do {
  try AgentProcess.run(
    through: value(of: "--through"), patience: value(of: "--patience").flatMap { Patience($0) } ?? Patience()
  ) { rules in
    let classifier = Classifier(rules: rules)
    return AnswerReader(
      read: { classifier.read($0) }, meets: { $0.isMet(by: $1) },
      retryAfter: { Declarations.read($0, now: Double(time(nil))).retryAfter })
  }
} catch {
  say("parallax-agent: standard input and output must be pipes to a controller: \(error)", to: STDERR_FILENO)
  exit(1)
}
