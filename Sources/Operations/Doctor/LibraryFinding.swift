import Foundation
package import Tensors

/// What this process computes with, and which settings of the host's environment played a part.
package enum LibraryFinding {
  /// The findings about a library that was loaded and checked.
  package static func findings(
    on library: OpenBLAS, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [Finding] {
    let threads = library.threads == 1 ? "1 thread" : "\(library.threads) threads"
    let choice = OpenBLAS.isChosen ? ", as \(OpenBLAS.variable) says" : ""
    let text = "\(library.configuration), \(library.core) kernels, \(threads) a product: \(library.path)\(choice)"
    var findings = [Finding.ok("library", text)]
    if let requested = library.requestedCore, requested != library.core {
      findings[0] = .warning(
        "library", text, do: "it was asked for \(requested) kernels and has none: install a build that has, libopenblas0-pthread")
    }
    let name = "OPENBLAS_CORETYPE"
    if library.requestedCore == nil, let core = environment[name], !core.isEmpty {
      findings.append(.ok("library", "obeyed from the environment: \(name)=\(core)"))
    }
    if !library.overruled.isEmpty {
      findings.append(
        .ok("library", "overruled from the environment: \(library.overruled.joined(separator: " ")); empo chooses kernels and threads"))
    }
    return findings
  }
}
