// swift-tools-version: 6.3
import PackageDescription

/// Warnings are errors in CI, which sets EMPO_STRICT; elsewhere a newer compiler's new warnings do not end the build.
let isStrict = Context.environment["EMPO_STRICT"] == "1"

/// Every Swift target is built alike: Swift 6, memory safety spelled out.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: isStrict ? .error : .warning),
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
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPCodec = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
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

/// The packages that those below bring along, each with one of its products. Package.resolved is not committed, so that the versions are
/// stated here; CHANGELOG.md lists all of them. SwiftPM warns of a package that no target uses, hence ``unused``.
let brought: [(package: String, version: Version, product: String)] = [
  ("apple/swift-algorithms", "1.2.1", "Algorithms"),
  ("apple/swift-asn1", "1.7.4", "SwiftASN1"),
  ("apple/swift-async-algorithms", "1.1.4", "AsyncAlgorithms"),
  ("apple/swift-atomics", "1.3.0", "Atomics"),
  ("apple/swift-certificates", "1.21.1", "X509"),
  ("apple/swift-crypto", "4.5.2", "Crypto"),
  ("apple/swift-distributed-tracing", "1.7.3", "Tracing"),
  ("apple/swift-http-structured-headers", "1.7.0", "StructuredFieldValues"),
  ("apple/swift-metrics", "2.13.0", "Metrics"),
  ("apple/swift-nio-http2", "1.46.0", "NIOHTTP2"),
  ("apple/swift-nio-ssl", "2.37.6", "NIOSSL"),
  ("apple/swift-nio-transport-services", "1.28.0", "NIOTransportServices"),
  ("apple/swift-numerics", "1.1.1", "Numerics"),
  ("apple/swift-service-context", "1.5.1", "ServiceContextModule"),
  ("swift-server/async-http-client", "1.37.0", "AsyncHTTPClient"),
]

/// Those packages as dependencies on a platform that does not exist: they count as used, and nothing of them is built for it.
let unused = brought.map { entry in
  Target.Dependency.product(
    name: entry.product, package: String(entry.package.drop { $0 != "/" }.dropFirst()), condition: .when(platforms: [.custom("none")]))
}

let package = Package(
  name: "empo",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: []),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/attaswift/BigInt", exact: "6.0.1"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
  ] + brought.map { .package(url: "https://github.com/\($0.package)", exact: $0.version) },
  targets: [
    // C libraries and kernels.
    .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
    .systemLibrary(name: "CMessagePack", providers: [.apt(["libmsgpack-dev"])]),
    .systemLibrary(name: "CSodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
    .target(name: "CKernels"),

    // Foundations.
    room("Random"),
    .plugin(name: "StampRelease", capability: .buildTool()),
    .target(name: "Release", dependencies: unused, swiftSettings: strict, plugins: ["StampRelease"]),
    room("Files", [system]),
    room("Digests", ["CSodium", "CXXHash", "Files"]),
    room("JSON", ["Files"]),

    // Models.
    room("Tensors", ["CKernels", "Files"]),
    room("Tokenizers", ["Files", "JSON"]),
    room("ChatTemplates", ["Files", "JSON"]),
    room("HuggingFace", ["Files", "JSON", "Tensors"]),
    room("Transformer", ["Files", "HuggingFace", "Random", "Tensors", "Tokenizers"]),

    // The algorithm.
    room("Meaning", ["BigInt"]),
    room("EMPO"),
    room("Questions", ["ChatTemplates", "Files", "JSON", "Meaning"]),
    room("Rollouts", ["ChatTemplates", "EMPO", "HuggingFace", "Meaning", "Random", "Tensors", "Tokenizers", "Transformer"]),
    room("Training", ["Digests", "EMPO", "Files", "HuggingFace", "Tensors", "Transformer"]),
    room("Evaluation", ["ChatTemplates", "Digests", "EMPO", "Files", "Meaning", "Questions", "Random", "Rollouts", system]),
    room("ChatClient", ["ChatTemplates", "Evaluation", "Random", nio, nioHTTP1, nioPosix]),
    room("Demonstration", ["Files", "HuggingFace", "Questions", "Random", "Tokenizers"], resources: [.copy("Resources/EmbeddedModel")]),

    // The cluster.
    room("Wire", ["CMessagePack", "CZeroMQ", "Digests", "EMPO", "Files"], settings: [.enableExperimentalFeature("Lifetimes")]),
    room("Cluster", ["Digests", "EMPO", "Wire", heap, lifecycle, logging]),

    // A run of them.
    room(
      "Runs",
      [
        "ChatTemplates", "Cluster", "Demonstration", "Digests", "EMPO", "Evaluation", "Files", "HuggingFace", "JSON", "Meaning",
        "Questions", "Random", "Release", "Rollouts", "Tensors", "Tokenizers", "Training", "Transformer", "Wire", configuration, grdb,
        system, "Yams",
      ]),
    room("Listening", [hummingbird, hummingbirdCore, lifecycle, logging, nio, nioHTTP1, nioHTTPCodec]),
    room("Dashboard", ["Cluster", "EMPO", "Listening", "Wire", hummingbird, logging, nio]),
    room("Server", ["JSON", "Listening", "Rollouts", "Tokenizers", http, hummingbird, lifecycle, logging, nio, nioHTTP]),
    room(
      "Operations",
      [
        "Cluster", "Dashboard", "Digests", "EMPO", "Evaluation", "Files", "HuggingFace", "JSON", "Release", "Rollouts", "Runs", "Tensors",
        "Tokenizers", "Training", "Transformer", "Wire", lifecycle, logging, nio, nioPosix, signals, subprocess, system, "Yams",
      ]),
    room(
      "Benches",
      [
        "Cluster", "Demonstration", "Digests", "EMPO", "Files", "HuggingFace", "Operations", "Release", "Rollouts", "Runs", "Tensors",
        "Tokenizers", "Training", "Transformer", "Wire", argumentParser, logging, subprocess, system,
      ]),
    .executableTarget(
      name: "empo",
      dependencies: [
        "Benches", "ChatClient", "ChatTemplates", "Demonstration", "EMPO", "Evaluation", "Files", "HuggingFace", "JSON", "Meaning",
        "Operations", "Questions", "Release", "Rollouts", "Runs", "Server", "Tensors", "Tokenizers", "Training", "Transformer", "Wire",
        argumentParser,
      ],
      swiftSettings: strict),

    // Tests.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "NumericTestSupport", dependencies: ["HuggingFace", "Random", "Tensors", "Transformer"], path: "Tests/NumericTestSupport",
      swiftSettings: strict),
    .target(
      name: "SimulationSupport", dependencies: ["Cluster", "EMPO", "TestSupport", "Wire"], path: "Tests/SimulationSupport",
      swiftSettings: strict),
    .executableTarget(name: "simulate-cluster", dependencies: ["SimulationSupport"], path: "Tests/Simulate", swiftSettings: strict),
    tests(of: "Random", ["NumericTestSupport"]),
    tests(of: "Digests", ["Files"]),
    tests(of: "Files"),
    tests(of: "JSON", ["Files"]),
    tests(of: "Tensors", ["NumericTestSupport", "Random"]),
    tests(of: "Tokenizers", ["Files", "JSON"], exclude: ["Fixtures"]),
    tests(of: "ChatTemplates", ["Files", "JSON"], exclude: ["Fixtures"]),
    tests(of: "HuggingFace", ["ChatTemplates", "Files", "Tensors", "Tokenizers"], exclude: ["Fixtures"]),
    tests(of: "Transformer", ["Files", "HuggingFace", "NumericTestSupport", "Tensors"], exclude: ["Fixtures"]),
    tests(of: "Meaning"),
    tests(of: "EMPO", exclude: ["Fixtures"]),
    tests(of: "Questions", ["ChatTemplates"]),
    tests(
      of: "Rollouts",
      [
        "ChatTemplates", "EMPO", "HuggingFace", "Meaning", "NumericTestSupport", "Tensors", "Tokenizers", "Transformer",
      ]),
    tests(of: "Training", ["EMPO", "HuggingFace", "NumericTestSupport", "Tensors", "Transformer"]),
    tests(of: "Evaluation", ["Meaning", "NumericTestSupport", "Questions", "Rollouts"], exclude: ["Fixtures"]),
    tests(of: "ChatClient", ["ChatTemplates", "Evaluation", nio, nioHTTP1, nioPosix]),
    tests(of: "Demonstration", ["Questions", "Tokenizers"]),
    tests(of: "Wire", ["Digests", "EMPO"]),
    tests(of: "Cluster", ["Digests", "EMPO", "SimulationSupport", "Wire", logging]),
    tests(
      of: "Runs",
      [
        "ChatTemplates", "Cluster", "Digests", "EMPO", "Evaluation", "Files", "HuggingFace", "Meaning", "NumericTestSupport", "Questions",
        "Rollouts", "Tensors", "Tokenizers", "Training", "Transformer", "Wire", grdb,
      ]),
    tests(of: "Listening", [nio]),
    tests(of: "Dashboard", ["Cluster", "EMPO", "Listening", "Wire", logging]),
    tests(of: "Server", ["JSON", "Listening", "Rollouts", "Tokenizers", http, hummingbird, lifecycle, logging, nio, nioPosix]),
    tests(of: "Operations", ["Tensors", "empo"]),
    tests(of: "empo", ["Runs"]),
  ]
)
