import Foundation
import Tensors

/// What this process computes with, and how that compares with a library that others wrote.
package enum ProductsFinding {
  /// Compares this host's products with those of its OpenBLAS, if there is one.
  package static func finding() -> Finding {
    let kernels = "\(KernelSet.name) kernels"
    guard let library = try? OpenBLAS.open() else { return .ok("products", "\(kernels); there is no OpenBLAS to compare them with") }
    do {
      let difference = try library.compare(lanes: Lanes(count: 1))
      let choice = OpenBLAS.isChosen ? ", as \(OpenBLAS.variable) says" : ""
      return .ok("products", "\(kernels); within \(share(difference)) of what \(library) computes\(choice)")
    } catch {
      return .problem("products", error.message, do: "compare with another release of OpenBLAS, and run the tests here (scripts/test.sh)")
    }
  }

  private static func share(_ difference: Double) -> String {
    difference == 0 ? "0" : "1e\(Int(log10(difference).rounded(.up)))"
  }
}
