internal import ArgumentParser
internal import ParallaxSimulator

/// Runs the experiment on many simulated worlds and compares its verdicts with the truth.
struct InferenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inference", abstract: "How often the verdict is right, and what it costs, on simulated worlds.",
    discussion: """
      Four worlds in five keep to the model of the inference and are drawn from its mixture of kinds; every fifth is a
      stress world that breaks it, each kind of these in turn. Beside them a tenth as many worlds are tried with
      designs that are not complete. World number i of seed N has the seed
      mix(mix(N) + i), with the top bit set; worlds with seeds below 1,000,000 are for developing and never appear
      here. Exit 1 when a goal is missed.
      """)

  @Option(help: "Number of the series of worlds.")
  var seed: UInt64 = 20_261_124

  @Option(help: "How many worlds.")
  var worlds = 5000

  @Option(
    help: ArgumentHelp("Only worlds of this kind: \(WorldKind.allCases.map(\.rawValue).joined(separator: ", "))."),
    transform: { name in
      guard let kind = WorldKind(rawValue: name) else { throw ValidationError("there is no kind of world '\(name)'") }
      return kind
    })
  var kind: WorldKind?

  @Option(help: "Worlds at once; all cores unless told otherwise.")
  var threads = Threads.available

  @Flag(help: "Leave out the baselines.")
  var skipBaselines = false

  @Flag(help: "List every world that was not right.")
  var failures = false

  func validate() throws {
    guard worlds > 0, threads > 0 else { throw ValidationError("--worlds and --threads are at least 1") }
  }

  func run() async throws {
    // First, while the process is small.
    let analysis = AnalysisBenchmark.run()
    let trial = Trial(runsBaselines: !skipBaselines)
    let clock = ContinuousClock()
    let start = clock.now
    let began = ProcessTime.seconds
    let worlds = worlds
    let chosen = kind
    let series = seed
    let results = await Threads.map(Array(0..<worlds), threads: threads) { index in
      trial.run(WorldSeeds.world(index, series: series), kind: chosen ?? WorldSeeds.kind(index))
    }
    let degraded = await Threads.map(Array(0..<(chosen == nil ? worlds / 10 : 0)), threads: threads) { index in
      DegradedResult(
        Degradation.allCases[index % Degradation.allCases.count], seed: WorldSeeds.world(worlds + index, series: series)
      )
    }
    let elapsed = (clock.now - start) / .seconds(1)
    let coreSeconds = ProcessTime.seconds - began
    if failures { print(FailureList(results: results).text) }
    let summary = Summary(
      results: results, degraded: degraded, analysis: analysis, seconds: elapsed,
      coreSeconds: coreSeconds, threads: threads)
    print(summary.text)
    if kind == nil, !summary.goals.allSatisfy(\.isMet) { throw ExitCode(1) }
  }
}
