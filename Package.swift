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
    .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
    .systemLibrary(name: "CMessagePack", providers: [.apt(["libmsgpack-dev"])]),
    .systemLibrary(name: "CSodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
    .target(name: "CKernels"),
    .plugin(name: "StampRelease", capability: .buildTool()),
    .target(name: "Release", swiftSettings: strict, plugins: ["StampRelease"]),
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
