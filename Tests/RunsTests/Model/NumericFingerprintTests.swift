import Foundation
import Runs
import Tensors
import TestSupport
import Testing

struct NumericFingerprintTests {
  @Test func `A fingerprint names the library's version and kernels`() throws {
    let library = try Products.load()
    let fingerprint = try NumericFingerprint.compute()
    #expect(fingerprint.hasPrefix("OpenBLAS-\(library.version)-\(library.core)-"))
    #expect(fingerprint.split(separator: "-").last?.count == 16)
    #expect(try NumericFingerprint.compute() == fingerprint)
  }

  /// Two libraries that call themselves alike: OpenBLAS 0.3.34 does so on processors of two makers.
  @Test(.enabled(if: StubOpenBLAS.isPossible, StubOpenBLAS.withoutCompiler))
  func `Libraries that cut long sums at different places, or describe themselves differently, have different fingerprints`() async throws {
    let stubs = [
      try StubOpenBLAS(.cutsAt448), try StubOpenBLAS(.cutsAt512), try StubOpenBLAS(.cutsAt448, configuration: "OpenBLAS 9.8.7 STUBBED"),
      try StubOpenBLAS(.cutsAt448),
    ]
    var fingerprints: [String] = []
    for stub in stubs { fingerprints.append(await fingerprint(with: stub)) }
    #expect(fingerprints.allSatisfy { $0.hasPrefix("OpenBLAS-9.8.7-") }, "\(fingerprints)")
    #expect(Set(fingerprints.prefix(3)).count == 3 && fingerprints[3] == fingerprints[0], "\(fingerprints)")
  }

  private func fingerprint(with stub: StubOpenBLAS) async -> String {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) { [path = stub.path as String] in
      _ = unsafe setenv(OpenBLAS.variable, path, 1)
      print("<\(try NumericFingerprint.compute())>")
    }
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    return String(output.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
  }
}
