// swift-tools-version: 6.3
import PackageDescription

/// Every Swift target is built alike: Swift 6, memory safety spelled out.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let http = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

/// A room of the house; Sources/README.md says what each is for, and what it may import.
func room(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil, settings: [SwiftSetting] = []
) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict + settings)
}

/// The tests of a room, in a folder of its own.
func tests(of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "empo",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.3.0"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    // C libraries and kernels.
    .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
    .systemLibrary(name: "CMessagePack", providers: [.apt(["libmsgpack-dev"])]),
    .systemLibrary(name: "CSodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
    .target(name: "CKernels"),

    // Foundations.
    room("Random"),
    room("Release"),
    room("Digests", ["CSodium", "CXXHash", "Files"]),
    room("Files", [system]),
    room("JSON", ["Files"]),

    // Models.
    room("Tensors", ["CKernels", "Files", "Random"]),
    room("Tokenizers", ["Files", "JSON"]),
    room("ChatTemplates", ["Files", "JSON"]),
    room("HuggingFace", ["Files", "JSON", "Tensors"]),
    room("Transformer", ["Files", "HuggingFace", "Random", "Tensors", "Tokenizers"]),

    // The algorithm.
    room("Meaning", ["BigInt"]),
    room("EMPO"),
    room("Questions", ["ChatTemplates", "Files", "JSON", "Meaning"]),
    room(
      "Rollouts", ["ChatTemplates", "EMPO", "Files", "HuggingFace", "JSON", "Meaning", "Random", "Tensors", "Tokenizers", "Transformer"]),
    room("Training", ["Digests", "EMPO", "Files", "HuggingFace", "JSON", "Tensors", "Transformer", system]),
    room("Evaluation", ["EMPO", "Meaning", "Questions", "Rollouts"]),
    room(
      "Demonstration", ["Files", "HuggingFace", "Questions", "Random", "Tokenizers"], resources: [.copy("Resources/EmbeddedModel")]),

    // The cluster.
    room("Wire", ["CMessagePack", "CZeroMQ", "Digests", "EMPO", "Files"], settings: [.enableExperimentalFeature("Lifetimes")]),
    room("Cluster", ["Digests", "EMPO", "Random", "Wire", heap, lifecycle, logging]),

    // A run of them.
    room(
      "Runs",
      [
        "ChatTemplates", "Cluster", "Demonstration", "Digests", "EMPO", "Evaluation", "Files", "HuggingFace", "JSON", "Meaning",
        "Questions", "Random", "Rollouts", "Tensors", "Tokenizers", "Training", "Transformer", "Wire", configuration, grdb, logging,
        system, "Yams",
      ]),
    room("Listening", [hummingbird, hummingbirdCore, lifecycle, logging, nio]),
    room("Dashboard", ["Cluster", "EMPO", "Listening", "Runs", "Wire", hummingbird, logging, nio]),
    room(
      "Server", ["ChatTemplates", "Files", "JSON", "Listening", "Rollouts", "Tokenizers", hummingbird, lifecycle, logging, nio]),
    room(
      "Operations",
      [
        "Cluster", "Dashboard", "Digests", "EMPO", "Files", "HuggingFace", "Release", "Rollouts", "Runs", "Tensors", "Tokenizers",
        "Training", "Transformer", "Wire", lifecycle, logging, nio, nioPosix, signals, subprocess, system, "Yams",
      ]),
    room(
      "Benches",
      [
        "Cluster", "Demonstration", "Digests", "EMPO", "HuggingFace", "Operations", "Release", "Rollouts", "Runs", "Tensors", "Tokenizers",
        "Training", "Transformer", "Wire", argumentParser, logging, subprocess, system,
      ]),
    .executableTarget(
      name: "empo",
      dependencies: [
        "Benches", "ChatTemplates", "Cluster", "Dashboard", "Demonstration", "Digests", "EMPO", "Evaluation", "Files", "HuggingFace",
        "JSON", "Meaning", "Operations", "Questions", "Release", "Rollouts", "Runs", "Server", "Tensors", "Tokenizers", "Training",
        "Transformer",
        "Wire", argumentParser, lifecycle, logging, system,
      ],
      swiftSettings: strict),

    // Tests.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "NumericTestSupport", dependencies: ["HuggingFace", "Random", "Tensors", "Transformer"], path: "Tests/NumericTestSupport",
      swiftSettings: strict),
    .target(
      name: "SimulationSupport", dependencies: ["Cluster", "EMPO", "TestSupport", "Wire", "Digests"], path: "Tests/SimulationSupport",
      swiftSettings: strict),
    .executableTarget(
      name: "simulate-cluster", dependencies: ["SimulationSupport"], path: "Tests/Simulate", swiftSettings: strict),
    tests(of: "Random", ["NumericTestSupport"]),
    tests(of: "Digests", ["Files"]),
    tests(of: "Files"),
    tests(of: "JSON", ["Files"]),
    tests(of: "Tensors", ["NumericTestSupport", "Random"]),
    tests(of: "Tokenizers", ["Files", "JSON"], exclude: ["Fixtures"]),
    tests(of: "ChatTemplates", ["Files", "JSON"], exclude: ["Fixtures"]),
    tests(of: "HuggingFace", ["ChatTemplates", "Files", "JSON", "Tensors", "Tokenizers"], exclude: ["Fixtures"]),
    tests(of: "Transformer", ["Files", "HuggingFace", "NumericTestSupport", "Tensors", "Tokenizers"], exclude: ["Fixtures"]),
    tests(of: "Meaning"),
    tests(of: "EMPO"),
    tests(of: "Questions", ["ChatTemplates", "Files"]),
    tests(
      of: "Rollouts",
      ["EMPO", "Files", "HuggingFace", "Meaning", "NumericTestSupport", "Tensors", "Tokenizers", "Transformer", "ChatTemplates"]),
    tests(of: "Training", ["EMPO", "Files", "HuggingFace", "NumericTestSupport", "Tensors", "Transformer"]),
    tests(of: "Evaluation", ["HuggingFace", "Meaning", "NumericTestSupport", "Questions", "Rollouts", "Tensors", "Transformer"]),
    tests(of: "Demonstration", ["Questions", "Tokenizers"]),
    tests(of: "Wire", ["Digests", "EMPO", "Files"]),
    tests(of: "Cluster", ["Digests", "EMPO", "SimulationSupport", "Wire", lifecycle, logging]),
    tests(
      of: "Runs",
      [
        "Cluster", "Digests", "EMPO", "Evaluation", "Files", "HuggingFace", "Meaning", "NumericTestSupport", "Questions", "Rollouts",
        "Tensors", "Training", "Transformer", "Wire", grdb,
      ]),
    tests(of: "Dashboard", ["Cluster", "EMPO", "Listening", "Runs", "Wire", logging]),
    tests(
      of: "Server",
      [
        "ChatTemplates", "Files", "HuggingFace", "JSON", "Rollouts", "Tokenizers", "Transformer", hummingbird, http, lifecycle, logging,
        nio, nioPosix,
      ]),
    tests(of: "Operations", ["Runs", "empo"]),
    tests(of: "empo", ["Operations", "Runs"]),
  ]
)
