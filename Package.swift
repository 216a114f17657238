// swift-tools-version: 6.3
import PackageDescription

/// Every Swift target is built alike: Swift 6, memory safety spelled out, warnings as errors.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
  name: "empo",
  dependencies: [
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .target(name: "EMPO", swiftSettings: strict),
    .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
    .systemLibrary(name: "CMessagePack", providers: [.apt(["libmsgpack-dev"])]),
    .systemLibrary(name: "CSodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
    // Lifetimes: the codec reads a message where the socket left it, through a reader that borrows a span.
    .target(
      name: "Wire",
      dependencies: ["EMPO", "CZeroMQ", "CMessagePack", "CSodium", "CXXHash"],
      swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]
    ),
    .testTarget(name: "WireTests", dependencies: ["Wire", "EMPO"], swiftSettings: strict),
    .target(
      name: "Training",
      dependencies: [
        "EMPO", "Wire",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "TrainingTests",
      dependencies: ["Training", "EMPO", "Wire", .product(name: "Logging", package: "swift-log")],
      swiftSettings: strict
    ),
  ]
)
