internal import Glibc
internal import ParallaxAgent
internal import ParallaxModel

/// Nothing on the command line but `--version`: everything else comes by standard input, keys above all.
if CommandLine.arguments.dropFirst().first == "--version" {
  print("parallax-agent \(AgentProcess.version)")
  exit(0)
}

do {
  try AgentProcess.run { _ in { answer in answer.status == 429 ? .limited(Signature(status: 429)) : .passed } }
} catch {
  let text = Array("parallax-agent: standard input and output must be pipes to a controller: \(error)\n".utf8)
  _ = write(STDERR_FILENO, text, text.count)
  exit(1)
}
exit(0)
