import Foundation
import TestSupport
import Testing

/// Whole runs in real processes that are forced to instruction sets of which this processor may have more.
@Suite("A run on unlike processors", .serialized)
struct UnlikeProcessorsTests {
  static let settings = [
    "dtype: bfloat16\narithmetic: bf16", "dtype: bfloat16\narithmetic: exact", "dtype: float32",
    RunIsAFunctionTests.adapters + "\ndtype: bfloat16\narithmetic: bf16",
  ]

  @Test("Learner and workers may have any instruction set", arguments: settings)
  func digests(settings: String) async throws {
    let run = try await TinyRun(settings + "\nworkers: 0")
    let plain = try run.train("plain", ["--workers", "1"])
    let narrow = try run.train("narrow", ["--workers", "1"], kernels: "avx2")
    let mixed = try run.train("mixed")
    let learner = try #require(await run.endpoint(of: "mixed"), "\(mixed.errors)")
    let workers = try ["avx2", "avx512", ""].map { kernels in
      try Command(
        ["worker", "--connect", learner, "--threads", "1", "--name", "worker-\(kernels)"], in: run.folder, name: "worker-\(kernels)",
        environment: kernels.isEmpty ? [:] : ["EMPO_KERNELS": kernels])
    }
    for command in [plain, narrow, mixed] + workers { #expect(await command.status() == 0, "\(command.errors)") }
    let expected = try run.digest(of: "plain")
    #expect(try run.digest(of: "narrow") == expected)
    #expect(try run.digest(of: "mixed") == expected)
  }

  @Test("A killed run goes on under another instruction set", arguments: settings)
  func resumption(settings: String) async throws {
    let run = try await TinyRun(settings)
    let plain = try run.train("plain")
    let killed = try run.train("killed", kernels: "avx2")
    #expect(await eventually { run.steps(of: "killed") >= 2 })
    killed.send(SIGKILL)
    #expect(await killed.status() == 128 + SIGKILL)
    let resumed = try run.resume("killed")
    for command in [plain, resumed] { #expect(await command.status() == 0, "\(command.errors)") }
    #expect(try run.digest(of: "killed") == run.digest(of: "plain"))
  }
}
