/// What every module may import: the table of ARCHITECTURE.md and of Package.swift's comments. Imports run strictly
/// downward through the layers.
struct Module {
  var name: String
  var layer: Int
  /// Modules of this package.
  var modules: Set<String> = []
  /// Modules of other packages.
  var packages: Set<String> = []
  /// Modules that are linked into the agent do without Foundation, which would add some 40 MB to its binary.
  var mayUseFoundation = true

  static let nio: Set<String> = ["NIOCore", "NIOPosix", "NIOHPACK", "NIOHTTP2", "NIOSSL", "NIOTLS"]

  static let all: [Module] = [
    Module(name: "CLibSSH2", layer: 0),
    Module(name: "CParallaxSystem", layer: 0),
    Module(name: "CZlib", layer: 0),
    Module(name: "ParallaxDigest", layer: 0, mayUseFoundation: false),
    Module(name: "ParallaxModel", layer: 0, mayUseFoundation: false),

    Module(name: "ParallaxSSH", layer: 1, modules: ["CLibSSH2", "ParallaxDigest"]),
    Module(name: "ParallaxWire", layer: 1, modules: ["ParallaxModel", "ParallaxDigest"], mayUseFoundation: false),
    Module(
      name: "ParallaxSignals", layer: 1, modules: ["ParallaxModel"], packages: ["RawStructuredFieldValues"],
      mayUseFoundation: false),
    Module(name: "ParallaxPacing", layer: 1, modules: ["ParallaxModel"], mayUseFoundation: false),
    Module(name: "ParallaxInference", layer: 1, modules: ["ParallaxModel"]),
    Module(name: "ParallaxLimiters", layer: 1, modules: ["ParallaxModel"]),
    Module(name: "ParallaxConfig", layer: 1, modules: ["ParallaxModel"], packages: ["Yams"]),
    Module(name: "ParallaxStore", layer: 1, modules: ["ParallaxModel", "CParallaxSystem"]),

    Module(name: "ParallaxIndex", layer: 2, modules: ["ParallaxModel", "ParallaxStore"], packages: ["GRDB"]),
    Module(name: "ParallaxExperiment", layer: 2, modules: ["ParallaxModel", "ParallaxInference"]),
    Module(
      name: "ParallaxAnalysis", layer: 2,
      modules: ["ParallaxModel", "ParallaxInference", "ParallaxLimiters", "ParallaxSignals"]),
    Module(
      name: "ParallaxAgent", layer: 2, modules: ["CZlib", "ParallaxModel", "ParallaxWire", "ParallaxPacing"],
      packages: nio, mayUseFoundation: false),

    Module(
      name: "ParallaxSimulator", layer: 3,
      modules: ["ParallaxModel", "ParallaxLimiters", "ParallaxPacing", "ParallaxExperiment"]),
    Module(
      name: "ParallaxFleet", layer: 3,
      modules: [
        "ParallaxModel", "ParallaxDigest", "ParallaxSSH", "ParallaxWire", "ParallaxSignals", "ParallaxExperiment",
        "ParallaxConfig",
      ]),
    Module(name: "ParallaxLab", layer: 3, modules: ["ParallaxModel", "CParallaxSystem"]),
    Module(name: "ParallaxReport", layer: 3, modules: ["ParallaxModel", "ParallaxDigest", "ParallaxAnalysis"]),

    Module(
      name: "parallax", layer: 4,
      modules: [
        "ParallaxModel", "ParallaxConfig", "ParallaxFleet", "ParallaxStore", "ParallaxIndex", "ParallaxAnalysis",
        "ParallaxReport", "ParallaxLab",
      ], packages: ["ArgumentParser"]),
    Module(
      name: "parallax-agent", layer: 4, modules: ["ParallaxAgent", "ParallaxSignals"], mayUseFoundation: false),
    Module(
      name: "parallax-bench", layer: 4,
      modules: [
        "ParallaxModel", "ParallaxInference", "ParallaxExperiment", "ParallaxSimulator", "ParallaxLimiters",
        "ParallaxConfig", "ParallaxWire", "ParallaxFleet", "ParallaxLab", "ParallaxStore",
      ], packages: ["ArgumentParser"]),
    Module(name: "ParallaxTestSupport", layer: 4, modules: ["ParallaxLab"]),
  ]

  /// Part of the system, and open to all.
  static let system: Set<String> = ["Glibc", "Darwin", "Synchronization"]
  static let foundation: Set<String> = ["Foundation", "FoundationEssentials", "Dispatch"]
}
