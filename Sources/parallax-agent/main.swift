internal import Glibc
internal import ParallaxAgent
internal import ParallaxSignals

func say(_ text: String, to descriptor: CInt) {
  let line = Array((text + "\n").utf8)
  _ = write(descriptor, line, line.count)
}

// Nothing on the command line but `--version` and the relay's socket: everything else comes by standard input, keys
// above all.
let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "--version" {
  say("parallax-agent \(AgentProcess.version)", to: STDOUT_FILENO)
  exit(0)
}

do {
  try AgentProcess.run(through: arguments.first == "--through" ? arguments.dropFirst().first : nil) { rules in
    let classifier = Classifier(rules: rules)
    return AnswerReader(
      read: { classifier.read($0) }, meets: { $0.isMet(by: $1) },
      retryAfter: { Declarations.read($0, now: Double(time(nil))).retryAfter })
  }
} catch {
  say("parallax-agent: standard input and output must be pipes to a controller: \(error)", to: STDERR_FILENO)
  exit(1)
}
