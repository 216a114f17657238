import EMPO
import Files
import Foundation
import Questions
import Runs
import TestSupport
import Testing
import Training

@Suite struct HostileConfigurationTests {
  private func message(_ body: () throws -> Void) -> String {
    let error = #expect(throws: (any Error).self) { try body() }
    #expect(error is RunsError || error is FileError || error is QuestionsError)
    let told = error.map { "\($0)" } ?? ""
    #expect(!told.contains("\n"))
    return told
  }

  @Test(
    "A value or key that cannot be used is named with its line",
    arguments: [
      ("steps: 5\nstep: 6\n", #"c.yaml line 2: unknown key "step", did you mean steps?"#),
      ("sampling:\n  temprature: 1\n", #"c.yaml line 2: unknown key "sampling.temprature", did you mean sampling.temperature?"#),
      ("learning_rate: 1\n", #"c.yaml line 1: unknown key "learning_rate", did you mean optimizer.learning_rate?"#),
      ("sampling:\n  steps: 1\n", #"c.yaml line 2: unknown key "sampling.steps", did you mean steps?"#),
      ("zebra: 1\n", #"c.yaml line 1: unknown key "zebra""#),
      ("steps: fifty\n", #"c.yaml line 1: steps: found "fifty", expected an integer from 1 to 1000000"#),
      ("steps: 0\n", #"found "0", expected an integer from 1 to 1000000"#), ("steps: 1.5\n", #"found "1.5""#),
      ("steps: 99999999999999999999999\n", #"found "99999999999999999999999""#), ("steps: -1\n", #"found "-1""#),
      ("steps:\n", "line 1: steps: found nothing, expected an integer"), ("steps: ~\n", "steps: found nothing"),
      ("steps: [1, 2]\n", "steps: found a list, expected an integer"), ("steps: {a: 1}\n", "steps: found a mapping"),
      ("sampling: 5\n", #"sampling: found "5", expected a mapping with keys of temperature, top_k, top_p, max_new_tokens"#),
      ("\nsampling:\n  temperature: 0\n", "line 3: sampling.temperature: found \"0\", expected a number from 0.01 to 100"),
      ("sampling:\n  temperature: nan\n", "found \"nan\""), ("sampling:\n  temperature: inf\n", "found \"inf\""),
      ("sampling:\n  top_p: 0\n", "expected a number above 0 and at most 1"),
      ("optimizer:\n  beta1: 1\n", "expected a number from 0 to below 1"),
      ("group_size: 1\n", "expected an integer from 2 to 1024"), ("group_size: 1025\n", "expected an integer from 2 to 1024"),
      ("reward: emppo\n", "reward: found \"emppo\", expected one of empo, majority, evol, accuracy, format, random, random-format"),
      ("loss: ppo\n", "expected one of token-mean, sequence-mean, sequence-ratio, dr-grpo"),
      ("mask_truncated: 1\n", "expected true or false"), ("seed: -1\n", "expected an integer from 0 to 9223372036854775807"),
      ("prompt_template: hello\n", "with {question} in it"),
      ("question_key: \"\"\n", "question_key: found nothing, expected auto, or a text of 1 to 256 bytes"),
      (
        "prompt_template: boxd\n",
        "expected boxed, paper-maths, paper-reasoning, mmlu-pro, mmlu-pro-base, gpqa, gpqa-base, qwen-math, choice, qa, plain, or a text"
      ),
      ("template: \"\"\n", "template: found nothing, expected auto, none, or a file"),
      ("dtype: fp16\n", "expected one of auto, float32, bfloat16"),
      ("model: m\nquestions: none\n", "line 2: questions: found \"none\", expected embedded, or a file"),
      ("model: none\n", "expected embedded, or a model folder"), ("model: \"a\\0b\"\n", "expected embedded, or a model folder"),
      ("learner:\n  listen: 127.0.0.1:5\n", "expected auto, or tcp://HOST:PORT"), ("learner:\n  listen: tcp://h:0\n", "tcp://HOST:PORT"),
      ("learner:\n  listen: tcp://:5\n", "tcp://HOST:PORT"), ("learner:\n  listen: \"tcp:\"\n", "tcp://HOST:PORT"),
      ("learner:\n  listen: \"tcp://\"\n", "tcp://HOST:PORT"), ("learner:\n  listen: tcp://h:70000\n", "tcp://HOST:PORT"),
      ("learner:\n  metrics: 9100\n", "learner.metrics: found \"9100\", expected none, or HOST:PORT"),
      ("learner:\n  metrics: \":9100\"\n", "none, or HOST:PORT"), ("learner:\n  metrics: h:65536\n", "none, or HOST:PORT"),
      ("learner:\n  metrics: http://h:1\n", "none, or HOST:PORT"), ("learner:\n  metrics: \"h:\"\n", "none, or HOST:PORT"),
      ("learner:\n  metrics: \"[h]:1\"\n", "none, or HOST:PORT"), ("learner:\n  metrics: \"::1:9100\"\n", "none, or HOST:PORT"),
      ("worker:\n  nice: 20\n", "line 2: worker.nice: found \"20\", expected an integer from 0 to 19"),
      ("worker:\n  nice: -1\n", "found \"-1\", expected an integer from 0 to 19"),
      ("worker:\n  memory: lots\n", "line 2: worker.memory: found \"lots\", expected none, or a size such as 4GB or 512MB"),
      ("worker:\n  memory: 0GB\n", "worker.memory: found \"0GB\""), ("worker:\n  memory: -1GB\n", "worker.memory: found \"-1GB\""),
      ("worker:\n  memory: 1.5GB\n", "worker.memory: found \"1.5GB\""), ("worker:\n  memory: 9e9\n", "worker.memory: found \"9e9\""),
      ("worker:\n  memory: 99999999999999999999GB\n", "worker.memory: found"), ("worker:\n  memory:\n", "worker.memory: found nothing"),
      ("- steps\n", "found a list, expected a mapping such as `steps: 50`"), ("steps\n", "found \"steps\", expected a mapping"),
      ("? [a]\n: 1\n", "line 1: found a list as a key, expected a name"),
      ("sampling.top_k: 1\nsampling:\n  top_k: 2\n", "line 3: sampling.top_k is given twice, before in line 1"),
      ("steps: 1\nsteps: 2\n", "more than one steps"), ("<<: {steps: 5}\n", "unknown key \"<<\""),
    ])
  func aValueOrKeyThatCannotBeUsedIsNamedWithItsLine(yaml: String, expected: String) {
    let told = message { _ = try RunConfiguration(yaml: yaml, name: "c.yaml") }
    #expect(told.hasPrefix("c.yaml"), "\(told)")
    #expect(told.contains(expected), "\(told)")
  }

  @Test(
    "What is not YAML is told with its line",
    arguments: [
      ("steps: 5\nlag: \"abc\n", 2...3), ("steps: 5\n\tlag: 1\n", 2...2), ("a: b: c\n", 1...1), ("steps: 1\n  lag: 2\n", 2...2),
      ("{steps: 1", 1...2),
      ("steps: *nobody\n", 1...1), ("steps: 1\n---\nsteps: 2\n", 2...2), ("steps: @1\n", 1...1), ("ok: 1\n\u{1}\n", 2...2),
      ("%YAML 9\n", 1...2),
    ])
  func whatIsNotYAMLIsToldWithItsLine(yaml: String, lines: ClosedRange<Int>) {
    let told = message { _ = try RunConfiguration(yaml: yaml, name: "c.yaml") }
    #expect(lines.contains { told.hasPrefix("c.yaml line \($0): not YAML: ") }, "\(told)")
  }

  @Test("Deep nesting is an error", arguments: ["[", "{a: ", "- ", "? "])
  func deepNestingIsAnError(opening: String) {
    let told = message { _ = try RunConfiguration(yaml: String(repeating: opening, count: 50_000), name: "c.yaml") }
    #expect(told.hasPrefix("c.yaml"))
    _ = message { _ = try RunConfiguration(yaml: String(repeating: opening, count: 900), name: "c.yaml") }
  }

  @Test("Files that are none are named") func filesThatAreNoneAreNamed() throws {
    let temporary = try ScratchFolder()
    let binary = temporary.path + "/b.yaml"
    try Data([0xFF, 0xFE, 0xFD]).write(to: URL(fileURLWithPath: binary))
    let large = try temporary.file("l.yaml", String(repeating: "#", count: 1 << 20) + "\n")
    for (path, expected) in [
      (temporary.path, "is not a file"), ("/dev/zero", "is not a file"), (temporary.path + "/absent.yaml", "cannot read configuration"),
      (binary, "not UTF-8"), (large, "more than 1048576 bytes"),
    ] {
      let told = message { _ = try RunConfiguration.load(file: path, environment: [:]) }
      // The path is named once.
      #expect(told.components(separatedBy: path).count == 2, "\(told)")
      #expect(told.contains(path) && told.contains(expected), "\(told)")
    }
  }

  @Test(
    "The environment is checked too",
    arguments: [
      (["EMPO_STEP": "5"], #"environment: unknown variable "EMPO_STEP", did you mean EMPO_STEPS?"#),
      (["EMPO_STEPS": "x"], #"environment EMPO_STEPS: steps: found "x", expected an integer"#),
      (["EMPO_SAMPLING_TOP_P": ""], "environment EMPO_SAMPLING_TOP_P: sampling.top_p: found nothing"),
      (["EMPO_WHATEVER_ELSE": "1"], #"unknown variable "EMPO_WHATEVER_ELSE""#),
    ])
  func theEnvironmentIsCheckedToo(environment: [String: String], expected: String) {
    #expect(message { _ = try RunConfiguration.load(environment: environment) }.contains(expected))
  }

  @Test(
    "Flags are checked too",
    arguments: [
      (["steps": "-3"], #"flag --steps: steps: found "-3""#), (["optimizer.learning_rate": "x"], "flag --learning-rate: optimizer"),
      (["sampling.top_k": "x"], "flag --sampling-top-k: sampling.top_k: found"),
      (["stepz": "1"], #"flags: unknown key "stepz", did you mean steps?"#),
    ])
  func flagsAreCheckedToo(flags: [String: String], expected: String) {
    #expect(message { _ = try RunConfiguration.load(environment: [:], flags: flags) }.contains(expected))
  }

  @Test(
    "Values that contradict each other are named",
    arguments: [
      (["optimizer.warmup_steps": "51"], "optimizer.warmup_steps: found 51, expected at most steps (50)"),
      (["minibatches": "33"], "minibatches: found 33, expected at most questions_per_step (32)"),
      (
        ["filter.entropy_low": "0.5", "filter.entropy_high": "0.5"], "filter.entropy_low: found 0.5, expected less than filter.entropy_high"
      ),
      (
        ["group_size": "1024", "sampling.max_new_tokens": "4097"],
        "sampling.max_new_tokens: found 4097, expected at most 4096 with a group_size of 1024"
      ),
      (["heartbeat_seconds": "8"], "expected at most half of lease_seconds"),
      (["question_key": "q", "answer_key": "q"], "expected another key than question_key"),
      (["learner.listen": "tcp://h:1", "learner.publish": "tcp://h:1"], "expected another address than learner.listen"),
    ])
  func valuesThatContradictEachOtherAreNamed(flags: [String: String], expected: String) {
    #expect(message { _ = try RunConfiguration.load(environment: [:], flags: flags) }.contains(expected))
  }

  @Test("Reward accuracy needs answers") func rewardAccuracyNeedsAnswers() throws {
    var configuration = RunConfiguration()
    let questions = try QuestionSet(source: "q.jsonl", questions: [Question(id: "1", text: "why?")])
    try configuration.check(questions)
    configuration.scoring.reward = .accuracy
    #expect(message { try configuration.check(questions) }.contains("question 1 has no answer"))
  }
}
