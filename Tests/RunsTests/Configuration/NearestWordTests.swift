import JSON
import Runs
import Testing

/// What a misspelt word may have been meant to be.
@Suite("Nearest word")
struct NearestWordTests {
  private static let keys = ConfigurationKey.all.map(\.name)

  @Test(
    "A key is found by its words and by its letters",
    arguments: [
      ("sampling.temp", "sampling.temperature"), ("temperature", "sampling.temperature"), ("step", "steps"),
      ("sampling.temprature", "sampling.temperature"),
      ("max_tokens", "sampling.max_new_tokens"), ("sampling.steps", "steps"), ("learning_rate", "optimizer.learning_rate"),
      ("optimiser.learning_rate", "optimizer.learning_rate"), ("lora.rnak", "lora.rank"), ("Steps", "steps"), ("qestions", "questions"),
      ("heldout", "held_out"), ("worker.thread", "worker.threads"),
    ])
  func keys(found: String, meant: String) {
    #expect(NearestWord.nearest(to: found, among: Self.keys) == [meant])
  }

  @Test(
    "A word of a few is found by its letters or by its beginning",
    arguments: [
      ("trian", "train"), ("traning", "train"), ("generat", "generate"), ("evaluate", "eval"), ("bogus", nil), ("expo", "export"),
      ("x", nil),
      ("train", nil),
    ])
  func words(found: String, meant: String?) {
    #expect(NearestWord.nearest(to: found, among: ["train", "generate", "eval", "export", "worker"]).first == meant)
  }

  @Test(
    "Nothing is near what has little in common, however long", arguments: ["whatever_else", "zzzz", String(repeating: "a.", count: 500)])
  func nothing(found: String) {
    #expect(NearestWord.remark(on: found, among: Self.keys) == "")
  }

  @Test(
    "A value that is misspelt is told with the one that is near",
    arguments: [
      ("reward", "randm", "random"), ("advantage", "group_std", "group-std"), ("judge", "mth", "math"),
      ("judge", "embeding:DIR", "embedding"),
      ("mask_truncated", "True", "true"), ("dtype", "bfloat", "bfloat16"), ("prompt_template", "boxd", "boxed"),
      ("lora.targets", "q_prj,v_proj", "q_proj"),
      ("optimizer.schedule", "cosin", "cosine"), ("learner.works", "atuo", "auto"),
    ])
  func values(key: String, text: String, meant: String) {
    let error = #expect(throws: RunsError.self) { try RunConfiguration.load(environment: [:], flags: [key: text]) }
    #expect(error?.message.hasSuffix(", did you mean \(meant)?") == true, "\(error?.message ?? "")")
  }

  @Test(
    "A key of a file is told at any depth",
    arguments: [
      ("smapling:\n  temperature: 1\n", "did you mean sampling?"), ("sampling:\n  temp: 1\n", "did you mean sampling.temperature?"),
      ("prest: paper-maths-trl\n", "did you mean preset?"), ("preset: paper-math-trl\n", "did you mean paper-maths-trl?"),
    ])
  func files(yaml: String, expected: String) {
    let error = #expect(throws: RunsError.self) { try RunConfiguration(yaml: yaml) }
    #expect(error?.message.hasSuffix(expected) == true, "\(error?.message ?? "")")
  }
}
