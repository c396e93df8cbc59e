// swift-tools-version: 6.2
import PackageDescription

// Imports run strictly downward through the layers below; Tests/ArchitectureTests holds the same table.
// One configuration (release) serves the demo, the tests and the benchmarks, so everything is built once.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let structuredFields = Target.Dependency.product(
  name: "RawStructuredFieldValues", package: "swift-http-structured-headers")
let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOTLS", package: "swift-nio"),
]
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
  name: "parallax",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "parallax", targets: ["parallax"]),
    .executable(name: "parallax-agent", targets: ["parallax-agent"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-structured-headers", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.44.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // L0
    .systemLibrary(name: "CLibSSH2", pkgConfig: "libssh2", providers: [.apt(["libssh2-1-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CParallaxSystem"),
    library("ParallaxDigest"),
    library("ParallaxModel"),
    // L1
    library("ParallaxSSH", ["CLibSSH2", "ParallaxDigest"]),
    library("ParallaxWire", ["ParallaxModel", "ParallaxDigest"]),
    library("ParallaxSignals", ["ParallaxModel", structuredFields]),
    library("ParallaxPacing", ["ParallaxModel"]),
    library("ParallaxInference", ["ParallaxModel"]),
    library("ParallaxLimiters", ["ParallaxModel"]),
    library("ParallaxConfig", ["ParallaxModel", yams]),
    library("ParallaxStore", ["ParallaxModel", "CParallaxSystem"]),
    // L2
    library("ParallaxIndex", ["ParallaxModel", "ParallaxStore", grdb]),
    library("ParallaxExperiment", ["ParallaxModel", "ParallaxInference"]),
    library("ParallaxAnalysis", ["ParallaxModel", "ParallaxInference", "ParallaxLimiters", "ParallaxSignals"]),
    library("ParallaxAgent", ["CZlib", "ParallaxModel", "ParallaxWire", "ParallaxPacing", nioHTTP2, nioSSL] + nio),
    // L3
    library("ParallaxSimulator", ["ParallaxModel", "ParallaxLimiters", "ParallaxPacing", "ParallaxExperiment"]),
    library(
      "ParallaxFleet",
      [
        "ParallaxModel", "ParallaxDigest", "ParallaxSSH", "ParallaxWire", "ParallaxSignals", "ParallaxExperiment",
        "ParallaxConfig",
      ]),
    library("ParallaxLab", ["ParallaxModel", "CParallaxSystem"]),
    library("ParallaxReport", ["ParallaxModel", "ParallaxDigest", "ParallaxAnalysis"]),
    // L4
    .executableTarget(
      name: "parallax",
      dependencies: [
        "ParallaxModel", "ParallaxConfig", "ParallaxFleet", "ParallaxStore", "ParallaxIndex", "ParallaxAnalysis",
        "ParallaxReport", "ParallaxLab", argumentParser,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "parallax-agent",
      dependencies: ["ParallaxAgent", "ParallaxSignals"],
      exclude: ["unwinding.ld"],
      swiftSettings: strict,
      // The agent must run on any host of its architecture, whatever its Swift, libstdc++ or glibc: it brings all of them
      // and needs none. (It resolves no names, which alone a static glibc cannot do by itself.) Without
      // symbols it is a third of the size, and a sixth of the rest are tables for unwinding that nothing in it reads: that
      // counts when it goes to many hosts.
      linkerSettings: [
        .unsafeFlags([
          "-static-executable", "-use-ld=lld", "-Xlinker", "--icf=all", "-Xlinker", "-s", "-Xlinker",
          "--no-eh-frame-hdr", "-Xlinker", "-T", "-Xlinker",
          "\(Context.packageDirectory)/Sources/parallax-agent/unwinding.ld",
        ])
      ]),
    .executableTarget(
      name: "parallax-bench",
      dependencies: [
        "ParallaxModel", "ParallaxInference", "ParallaxExperiment", "ParallaxSimulator", "ParallaxLimiters",
        "ParallaxConfig", "ParallaxWire", "ParallaxFleet", "ParallaxLab", "ParallaxStore", argumentParser,
      ],
      swiftSettings: strict),
    // Tests
    library("ParallaxTestSupport", ["ParallaxLab"]),
    tests("ArchitectureTests", []),
    tests("ParallaxDigestTests", ["ParallaxDigest", "ParallaxModel"]),
    tests("ParallaxModelTests", ["ParallaxModel"]),
    tests("ParallaxSSHTests", ["ParallaxSSH", "ParallaxDigest"]),
    tests("ParallaxWireTests", ["ParallaxWire", "ParallaxModel"]),
    tests("ParallaxSignalsTests", ["ParallaxSignals", "ParallaxModel"], resources: [.copy("Corpus")]),
    tests("ParallaxPacingTests", ["ParallaxPacing", "ParallaxModel"]),
    tests("ParallaxInferenceTests", ["ParallaxInference", "ParallaxModel"]),
    tests("ParallaxLimitersTests", ["ParallaxLimiters", "ParallaxModel"]),
    tests(
      "ParallaxSimulatorTests", ["ParallaxSimulator", "ParallaxExperiment", "ParallaxLimiters", "ParallaxModel"]),
    tests("ParallaxConfigTests", ["ParallaxConfig", "ParallaxModel"]),
    tests("ParallaxStoreTests", ["ParallaxStore", "ParallaxModel"], resources: [.copy("Journals")]),
    tests(
      "ParallaxAnalysisTests",
      ["ParallaxAnalysis", "ParallaxExperiment", "ParallaxSimulator", "ParallaxLimiters", "ParallaxModel"]),
    tests(
      "ParallaxReportTests", ["ParallaxReport", "ParallaxAnalysis", "ParallaxModel", "ParallaxTestSupport"],
      resources: [.copy("Snapshots")]),
    tests("ParallaxExperimentTests", ["ParallaxExperiment", "ParallaxSimulator", "ParallaxLimiters", "ParallaxModel"]),
    tests("ParallaxAgentTests", ["ParallaxAgent", "ParallaxWire", "ParallaxModel", nioHTTP, nioHTTP2, nioSSL] + nio),
    tests("ParallaxFleetTests", ["ParallaxConfig", "ParallaxFleet", "ParallaxModel"]),
    tests("ParallaxLabTests", ["ParallaxModel", "ParallaxConfig", "ParallaxLab", "ParallaxTestSupport"]),
    tests(
      "EndToEndTests", ["ParallaxModel", "ParallaxStore", "ParallaxLab", "ParallaxTestSupport"],
      resources: [.copy("Faults/Scripts")]),
    tests("KnownLimiterTests", ["ParallaxTestSupport"], resources: [.copy("Limiters")]),
    tests("MysteryTests", ["ParallaxTestSupport"], resources: [.copy("Scenarios")]),
  ]
)
