internal import Glibc
internal import ParallaxAgent
internal import ParallaxSignals

/// Nothing on the command line but `--version`: everything else comes by standard input, keys above all.
if CommandLine.arguments.dropFirst().first == "--version" {
  print("parallax-agent \(AgentProcess.version)")
  exit(0)
}

do {
  try AgentProcess.run { rules in
    let classifier = Classifier(rules: rules)
    return { classifier.read($0) }
  }
} catch {
  let text = Array("parallax-agent: standard input and output must be pipes to a controller: \(error)\n".utf8)
  _ = write(STDERR_FILENO, text, text.count)
  exit(1)
}
