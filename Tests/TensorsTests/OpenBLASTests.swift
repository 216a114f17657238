import Foundation
import Tensors
import TestSupport
import Testing

/// The library is settled once a process, so each of these tests has a process of its own.
struct OpenBLASTests {
  @Test func `Products are OpenBLAS's, within the rounding of both`() throws {
    let library = try OpenBLAS.open()
    let difference = try library.compare(lanes: Lanes(count: 2))
    #expect(difference > 0 && difference < 1e-6, "\(library)")
  }

  @Test(.enabled(if: StubOpenBLAS.isPossible, StubOpenBLAS.withoutCompiler))
  func `A library that computes otherwise is told by version, kernels and path`() async throws {
    let stub = try StubOpenBLAS(.losesTerm)
    let error = await load(stub.path)
    #expect(error.hasPrefix("OpenBLAS 9.8.7 with Stub kernels (\(stub.path)): row 0, column "), "\(error)")
    #expect(error.hasSuffix("here: one of the two computes wrongly on this processor"), "\(error)")
  }

  @Test(.enabled(if: StubOpenBLAS.isPossible, StubOpenBLAS.withoutCompiler))
  func `A library for 64-bit integers is refused`() async throws {
    let stub = try StubOpenBLAS(configuration: "OpenBLAS 9.8.7 USE64BITINT")
    #expect(await load(stub.path).contains("(it takes 64-bit integers; the build with 32-bit ones is needed)"))
  }

  @Test(arguments: [
    ("/nowhere/libopenblas.so", "/nowhere/libopenblas.so: cannot open shared object file"), ("libm.so.6", "it is no OpenBLAS"),
    ("/dev/null", "/dev/null"),
  ])
  func `A wrong path is an error that names the variable`(_ path: String, _ reason: String) async {
    let error = await load(path)
    #expect(error.hasPrefix("environment: EMPO_OPENBLAS: found \(path), expected OpenBLAS's shared library (\(reason)"), "\(error)")
    #expect(error.hasSuffix("correct the path, or unset it for libopenblas.so.0"), "\(error)")
  }

  /// Loads a library in a process of its own and compares with it; returns the error, or its path.
  private func load(_ path: String) async -> String {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) { [path = path as String] in
      _ = unsafe setenv(OpenBLAS.variable, path, 1)
      do {
        let library = try OpenBLAS.open()
        _ = try library.compare(lanes: Lanes(count: 1))
        print("<compared with \(library.path)>")
      } catch {
        print("<\(error)>")
      }
    }
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    return String(output.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
  }
}
