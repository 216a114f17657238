import Foundation
import TestSupport
import Testing

/// A run that goes on with more steps, or with something else changed.
@Suite("A run that goes on")
struct LongerRunProcessTests {
  private static let questions = (1...8).map { "{\"question\": \"\($0) + 1?\"}\n" }.joined()

  @Test("With more steps it ends at the weights of a run that was begun with as many; with other changes it names them")
  func moreSteps() async throws {
    let run = try await TinyRun("questions: q.jsonl\nsteps: 5\nworkers: 1")
    try run.write(Self.questions, to: "q.jsonl")
    let long = try run.train("long", ["--steps", "6"])
    #expect(await long.status() == 0, "\(long.errors)")
    let short = try run.train("short")
    #expect(await short.status() == 0, "\(short.errors)")

    let linear = try run.train("linear", ["--optimizer-schedule", "linear", "--prepare"])
    #expect(await linear.status() == 0, "\(linear.errors)")
    let refused = try run.resume("linear", ["--steps", "6"])
    #expect(await refused.status() == 1)
    #expect(refused.error.contains("the learning rate of every step depends on the number of steps"), "\(refused.errors)")
    #expect(run.folder.text("linear/config.yaml").contains("\nsteps: 5\n"))

    let longer = try run.resume("short", ["--steps", "6"])
    #expect(await longer.status() == 0, "\(longer.errors)")
    #expect(run.folder.text("short/config.yaml").contains("\nsteps: 6\n"))
    #expect(try run.digest(of: "short") == run.digest(of: "long"))

    try run.write(Self.questions + "{\"question\": \"9 + 1?\"}\n", to: "q.jsonl")
    let asked = try run.resume("short")
    #expect(await asked.status() == 1)
    #expect(asked.error.contains("q.jsonl were changed: there were 8 and are 9: undo the change, or begin a new run"), "\(asked.errors)")

    try run.write(Self.questions, to: "q.jsonl")
    try run.write(run.folder.text("short/config.yaml").replacing("\nseed: 0\n", with: "\nseed: 1\n"), to: "short/config.yaml")
    let seeded = try run.resume("short")
    #expect(await seeded.status() == 1)
    #expect(seeded.error.contains("short was begun as another run: seed was \"0\" and is \"1\": undo"), "\(seeded.errors)")
  }
}
