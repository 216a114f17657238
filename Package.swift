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
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1")
  ],
  targets: [
    .target(name: "CKernels"),
    .target(name: "Tensors", dependencies: ["CKernels"], swiftSettings: strict),
    .target(name: "HuggingFace", swiftSettings: strict),
    .target(name: "Transformer", dependencies: ["Tensors", "HuggingFace"], swiftSettings: strict),
    .target(name: "Rollouts", dependencies: ["Tensors", "HuggingFace", "Transformer", "EMPO"], swiftSettings: strict),
    .target(name: "EMPO", swiftSettings: strict),

    .target(name: "Training", dependencies: ["Tensors", "HuggingFace", "Transformer", "EMPO"], swiftSettings: strict),
    .target(name: "Evaluation", dependencies: ["EMPO", "Tensors"], swiftSettings: strict),
    .testTarget(name: "EvaluationTests", dependencies: ["Evaluation"], swiftSettings: strict),
  ]
)
