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

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

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
  ("apple/swift-nio-extras", "1.35.2", "NIOExtras"),
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
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/attaswift/BigInt", exact: "6.0.1"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
  ] + brought.map { .package(url: "https://github.com/\($0.package)", exact: $0.version) },
  targets: [
    .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
    .systemLibrary(name: "CMessagePack", providers: [.apt(["libmsgpack-dev"])]),
    .systemLibrary(name: "CSodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
    .target(name: "CKernels"),
    .plugin(name: "StampRelease", capability: .buildTool()),
    .target(name: "Release", dependencies: unused, swiftSettings: strict, plugins: ["StampRelease"]),
    .target(name: "Tensors", dependencies: ["CKernels"], swiftSettings: strict),
    .target(name: "HuggingFace", dependencies: ["Tensors"], swiftSettings: strict),
    .target(name: "Transformer", dependencies: ["Tensors", "HuggingFace"], swiftSettings: strict),
    .target(name: "Meaning", dependencies: ["BigInt"], swiftSettings: strict),
    .target(name: "EMPO", swiftSettings: strict),
    .target(
      name: "Rollouts", dependencies: ["Tensors", "HuggingFace", "Transformer", "Meaning", "EMPO"], swiftSettings: strict),
    .target(
      name: "Wire", dependencies: ["EMPO", "CMessagePack", "CSodium", "CXXHash", "CZeroMQ"],
      swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]),
    .target(
      name: "Training",
      dependencies: [
        "Tensors", "HuggingFace", "Transformer", "Meaning", "EMPO", "Rollouts", "Wire", logging, lifecycle,
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "SystemPackage", package: "swift-system"),
        "Yams",
      ],
      swiftSettings: strict),
    .target(name: "Evaluation", dependencies: ["EMPO", "Meaning", "Tensors", "HuggingFace", "Rollouts"], swiftSettings: strict),
    .target(
      name: "Listening",
      dependencies: [
        logging, lifecycle,
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .target(
      name: "Server",
      dependencies: [
        "HuggingFace", "Listening", "Rollouts", logging, lifecycle,
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .target(
      name: "Dashboard",
      dependencies: [
        "Listening", "Training", "Wire", logging,
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .target(
      name: "NumericTestSupport", dependencies: ["Tensors", "HuggingFace", "Transformer"], path: "Tests/NumericTestSupport",
      swiftSettings: strict),
    .target(
      name: "SimulationSupport", dependencies: ["EMPO", "Training", "Wire"], path: "Tests/SimulationSupport", swiftSettings: strict),
    .executableTarget(name: "simulate-cluster", dependencies: ["SimulationSupport"], path: "Tests/Simulate", swiftSettings: strict),
    .executableTarget(
      name: "empo",
      dependencies: [
        "Tensors", "HuggingFace", "Transformer", "Meaning", "EMPO", "Rollouts", "Wire", "Training", "Dashboard", "Evaluation", "Server",
        "Release", logging, lifecycle,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        "Yams",
      ],
      resources: [.copy("Resources/EmbeddedModel")], swiftSettings: strict),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "NumericTestSupport"], swiftSettings: strict),
    .testTarget(
      name: "HuggingFaceTests", dependencies: ["HuggingFace", "Tensors"], resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "TransformerTests", dependencies: ["Tensors", "HuggingFace", "Transformer", "NumericTestSupport"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(name: "MeaningTests", dependencies: ["Meaning"], swiftSettings: strict),
    .testTarget(name: "EMPOTests", dependencies: ["EMPO"], swiftSettings: strict),
    .testTarget(
      name: "RolloutsTests",
      dependencies: ["Tensors", "HuggingFace", "Transformer", "Meaning", "EMPO", "Rollouts", "NumericTestSupport"],
      swiftSettings: strict),
    .testTarget(name: "WireTests", dependencies: ["Wire", "EMPO"], swiftSettings: strict),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "EMPO", "HuggingFace", "Meaning", "Tensors", "Transformer", "Rollouts", "Training", "Wire", "NumericTestSupport",
        "SimulationSupport", logging, lifecycle,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ServerTests",
      dependencies: [
        "HuggingFace", "Rollouts", "Server", logging, lifecycle,
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "DashboardTests",
      dependencies: ["Dashboard", "Listening", "Training", "Wire", logging], swiftSettings: strict),
    .testTarget(name: "empoTests", dependencies: ["empo"], swiftSettings: strict),
    .testTarget(
      name: "EvaluationTests",
      dependencies: ["Tensors", "HuggingFace", "Transformer", "Meaning", "Rollouts", "Evaluation", "NumericTestSupport"],
      swiftSettings: strict),
  ]
)
