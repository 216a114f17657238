import Foundation
import Tensors
import TestSupport
import Testing

/// The library is settled once a process, so each of these tests has a process of its own.
struct OpenBLASTests {
  @Test(
    .enabled(if: StubOpenBLAS.isPossible, StubOpenBLAS.withoutCompiler),
    arguments: [
      (StubOpenBLAS.Difference.losesTerm, "multiplies wrongly: row 0, column 0 of a product x·wᵀ with 1109 terms: found "),
      (.overwrites, "multiplies wrongly: row 0, column 0 of a product dyᵀ·x with 1109 terms: found "),
      (.isNoNumber, "multiplies wrongly: row 0, column 0 of a product dy·w with 1109 terms: found nan, expected "),
      (.dependsOnRows, "computes a row of a product x·wᵀ with 37 terms differently in different calls"),
    ])
  func `A library that computes wrongly is refused by version, kernels and path`(_ difference: StubOpenBLAS.Difference, _ text: String)
    async throws
  {
    let stub = try StubOpenBLAS(difference)
    let error = await load(stub.path)
    #expect(error.hasPrefix("OpenBLAS 9.8.7 with "), "\(error)")
    #expect(error.contains("kernels (\(stub.path)) \(text)"), "\(error)")
    #expect(error.hasSuffix("in EMPO_OPENBLAS, or unset it"), "\(error)")
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

  @Test(.enabled(if: StubOpenBLAS.isPossible, StubOpenBLAS.withoutCompiler))
  func `A library of another name is used where it is named`() async throws {
    let stub = try StubOpenBLAS(.cutsAt448)
    #expect(await load(stub.path) == "loaded \(stub.path)")
    #expect(await load("") == "loaded " + (try OpenBLAS.open().path))
  }

  /// Loads a library in a process of its own; returns its error, or its path.
  private func load(_ path: String) async -> String {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) { [path = path as String] in
      _ = unsafe setenv(OpenBLAS.variable, path, 1)
      do {
        print("<loaded \(try Products.load().path)>")
      } catch {
        print("<\(error)>")
      }
    }
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    return String(output.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
  }

  @Test func `The kernels are chosen here, and neither this environment nor a child's changes`() async {
    await #expect(processExitsWith: .success) {
      for name in ProcessInfo.processInfo.environment.keys where name.hasPrefix("OPENBLAS_") || name.hasPrefix("GOTO") {
        _ = unsafe unsetenv(name)
      }
      for (name, value) in [("OPENBLAS_CORETYPE", "Haswell"), ("OPENBLAS_BLOCK_FACTOR", "50"), ("OPENBLAS_VERBOSE", "0")] {
        _ = unsafe setenv(name, value, 1)
      }
      let before = ProcessInfo.processInfo.environment
      let library = try Products.load()
      precondition(library.core == library.requestedCore && library.threads == 1 && library.core != "Haswell")
      precondition(library.overruled.sorted() == ["OPENBLAS_BLOCK_FACTOR=50", "OPENBLAS_CORETYPE=Haswell"])
      precondition(ProcessInfo.processInfo.environment == before)
      let child = Process()
      let output = Pipe()
      child.executableURL = URL(filePath: "/usr/bin/env")
      child.standardOutput = output
      try child.run()
      let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(separator: "\n")
      precondition(
        Set(lines.filter { $0.hasPrefix("OPENBLAS_") })
          == ["OPENBLAS_CORETYPE=Haswell", "OPENBLAS_BLOCK_FACTOR=50", "OPENBLAS_VERBOSE=0"])
    }
  }
}
