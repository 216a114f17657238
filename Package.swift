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
  ]
)
