import EMPO
import Files
import Foundation
import Meaning
import Rollouts
import Runs
import TestSupport
import Testing
import Training

@Suite struct RunConfigurationTests {
  /// Another value than the default for each key.
  private static let other: [String: String] = [
    "model": "/models/base", "questions": "/data/q.jsonl", "held_out": "none", "question_key": "prompt: #1", "answer_key": "null",
    "system": "", "template": "/templates/chat.jinja", "dtype": "bfloat16", "arithmetic": "exact",
    "chat_template_kwargs": "{\"enable_thinking\":false,\"n\":[1,2.5,null,\"é\"]}",
    "prompt_template": "\"{question}\"\\\r\n\t~ é \u{1F600}\u{0}", "seed": "9223372036854775807", "steps": "7", "questions_per_step": "4",
    "group_size": "2", "lag": "0", "skip_unanimous": "2", "workers": "0", "reward": "majority",
    "empty_reward": "-0.5", "judge": "embedding:/models/a: b", "judge_rounding": "5", "judge_clusters": "first-match",
    "judge_threshold": "0.9",
    "judge_directions": "one", "judge_prompt": "plain", "fallback": "number", "whole_response": "true", "reject_repetition": "true",
    "entropy_estimate": "likelihood", "sampling.temperature": "0.7", "sampling.top_k": "20",
    "sampling.top_p": "0.95", "sampling.max_new_tokens": "9", "filter.entropy_low": "0.1", "filter.entropy_high": "0.9",
    "filter.minimum_confidence": "0.5", "filter.below_floor": "pay-nothing",
    "advantage": "mean-only", "loss": "dr-grpo", "clip_low": "0.1", "clip_high": "0.3", "kl": "0.001",
    "minibatches": "2", "gradient_parts": "3", "gradients": "workers", "learner.works": "false", "mask_truncated": "true",
    "optimizer.learning_rate": "3e-05", "optimizer.schedule": "cosine",
    "optimizer.warmup_steps": "3", "optimizer.beta1": "0.8", "optimizer.beta2": "0.99", "optimizer.epsilon": "1e-06",
    "optimizer.weight_decay": "0.01", "optimizer.clip_norm": "0.0", "micro_batch_tokens": "512", "learner.threads": "3",
    "learner.listen": "tcp://127.0.0.1:5555", "learner.publish": "tcp://[::1]:5556", "learner.metrics": "[::]:9100",
    "worker.threads": "1", "worker.max_sequences": "8", "lease_seconds": "30.0", "heartbeat_seconds": "0.5",
    "checkpoint_every": "2", "keep_checkpoints": "1", "evaluate_before": "false",
    "evaluate_every": "0", "guard": "off", "guard_window": "9", "guard_tolerance": "0.1", "restart_budget": "0", "straggler_factor": "0.0",
    "hang_factor": "2.5", "quarantine_seconds": "0.0", "audit": "1.0", "audit_action": "stop", "require_same_bits": "false",
    "skipped_updates_limit": "5", "train": "lora", "lora.rank": "8", "lora.alpha": "4.0", "lora.targets": "q_proj,v_proj",
    "lora.dropout": "0.0", "recompute": "layer", "worker.nice": "5", "worker.memory": "4GB",
  ]

  /// Keys that have no value which is no default.
  private static let withoutOther: Set = ["held_out", "train", "lora.dropout"]

  @Test("Every key is read and written from every source") func everyKeyIsReadAndWrittenFromEverySource() throws {
    #expect(Set(Self.other.keys) == Set(ConfigurationKey.all.map(\.name)))
    let fromFlags = try RunConfiguration.load(environment: [:], flags: Self.other)
    let variables = Dictionary(uniqueKeysWithValues: ConfigurationKey.all.map { ($0.environmentVariable, Self.other[$0.name] ?? "") })
    let fromEnvironment = try RunConfiguration.load(environment: variables)
    #expect(fromEnvironment == fromFlags)
    for key in ConfigurationKey.all {
      #expect(key.value(in: fromFlags) == Self.other[key.name])
      for model in [DataSource.embedded, .path("/models/base")] where key.name != "model" || model == .embedded {
        #expect(key.value(in: fromFlags) != key.defaultValue(for: model) || Self.withoutOther.contains(key.name), "\(key.name)")
      }
    }
  }

  @Test("The resolved file reads back equal", arguments: [false, true])
  func theResolvedFileReadsBackEqual(isCommented: Bool) throws {
    for configuration in [RunConfiguration(), try RunConfiguration.load(environment: [:], flags: Self.other)] {
      let text = configuration.yaml(isCommented: isCommented)
      #expect(try RunConfiguration(yaml: text) == configuration, "\(text)")
      let temporary = try ScratchFolder()
      #expect(try RunConfiguration.load(file: temporary.file("config.yaml", text), environment: [:]) == configuration)
    }
  }

  @Test("Flags override the environment and that the file") func flagsOverrideTheEnvironmentAndThatTheFile() throws {
    let temporary = try ScratchFolder()
    let file = try temporary.file("c.yaml", "steps: 11\nlag: 2\nsampling:\n  top_k: 3\n  temperature: 0.5\nworkers: 1\n")
    let configuration = try RunConfiguration.load(
      file: file, environment: ["EMPO_LAG": "3", "EMPO_SAMPLING_TOP_K": "4", "EMPO_WORKERS": "5", "PATH": "/bin"],
      flags: ["workers": "6", "sampling.top_k": "7"])
    #expect(configuration.steps == 11)
    #expect(configuration.lag == 3)
    #expect(configuration.sampling.topK == 7)
    #expect(configuration.sampling.temperature == 0.5)
    #expect(configuration.workers == 6)
    #expect(configuration.groupSize == 16)
  }

  @Test("Paths in a file are beside it and others in the working folder") func pathsInAFileAreBesideItAndOthersInTheWorkingFolder() throws {
    let temporary = try ScratchFolder()
    let file = try temporary.file(
      "c.yaml", "model: models/base\nquestions: ../q.jsonl\nheld_out: none\ntemplate: chat.jinja\njudge: verifier:./j\n")
    let configuration = try RunConfiguration.load(file: file, environment: ["EMPO_HELD_OUT": "./held.jsonl"])
    #expect(configuration.judge == .verifier(folder: temporary.path + "/j"))
    #expect(try RunConfiguration.load(environment: [:], flags: ["judge": "text"]).judge == .text)
    #expect(configuration.model == .path(temporary.path + "/models/base"))
    #expect(configuration.questions == .path(DurableFile.parent(of: temporary.path) + "/q.jsonl"))
    #expect(configuration.template == .path(temporary.path + "/chat.jinja"))
    #expect(configuration.heldOut == .path(FileManager.default.currentDirectoryPath + "/held.jsonl"))
  }

  @Test("An empty file and sections by dots are fine") func anEmptyFileAndSectionsByDotsAreFine() throws {
    #expect(try RunConfiguration(yaml: "") == RunConfiguration())
    #expect(try RunConfiguration(yaml: "# nothing\n---\n") == RunConfiguration())
    #expect(try RunConfiguration(yaml: "sampling.top_k: 5\n\"steps\": \"20\"\n").sampling.topK == 5)
  }

  @Test("A short run warms up for no longer than it lasts") func aShortRunWarmsUpForNoLongerThanItLasts() throws {
    #expect(try RunConfiguration.load(environment: [:], flags: ["steps": "2"]).optimizer.warmupSteps == 2)
    #expect(throws: RunsError.self) {
      try RunConfiguration.load(environment: [:], flags: ["steps": "2", "optimizer.warmup_steps": "5"])
    }
  }

  @Test("Variables of tests and scripts are left alone") func variablesOfTestsAndScriptsAreLeftAlone() throws {
    let environment = [
      "EMPO_PARITY": "/x", "EMPO_DATA": "/y", "EMPO_MINILM": "/z", "EMPO_PYTHON": "python3", "EMPO_STRICT": "1", "EMPO_BUILD": "a",
    ]
    #expect(try RunConfiguration.load(environment: environment) == RunConfiguration())
  }

  @Test("The outcome digest sees what shapes the run and nothing else") func theOutcomeDigestSeesWhatShapesTheRunAndNothingElse() throws {
    for key in ConfigurationKey.all where key.name != "lora.dropout" {
      var base = RunConfiguration()
      var flags = [key.name: Self.other[key.name] ?? ""]
      if key.name.hasPrefix("lora.") {
        // Adapters that are not trained decide nothing.
        let idle = try RunConfiguration.load(environment: [:], flags: flags)
        #expect(idle.outcomeDigest == base.outcomeDigest, "\(key.name)")
        flags["train"] = "lora"
        base = try RunConfiguration.load(environment: [:], flags: ["train": "lora"])
      }
      if key.name == "model" { flags["questions"] = "embedded" }
      let changed = try RunConfiguration.load(environment: [:], flags: flags)
      let shapes = key.shapesOutcome && key.name != "steps"
      #expect((changed.outcomeDigest != base.outcomeDigest) == shapes, "\(key.name)")
    }
    var scheduled = RunConfiguration()
    scheduled.optimizer.schedule = .linear
    var longer = scheduled
    longer.steps += 1
    #expect(longer.outcomeDigest != scheduled.outcomeDigest)
    // A guard that may end the run decides, and so does what it looks at.
    var guarded = RunConfiguration()
    guarded.guardAction = .stop
    #expect(guarded.outcomeDigest != RunConfiguration().outcomeDigest)
    for key in ["guard_window", "guard_tolerance", "evaluate_every", "evaluate_before"] {
      let changed = try RunConfiguration.load(environment: [:], flags: ["guard": "stop", key: Self.other[key] ?? ""])
      #expect(changed.outcomeDigest != guarded.outcomeDigest, "\(key)")
    }
  }

  @Test("The options of the algorithm are filled in") func theOptionsOfTheAlgorithmAreFilledIn() throws {
    let configuration = try RunConfiguration.load(environment: [:], flags: Self.other)
    #expect(
      configuration.scoring
        == ScoringOptions(
          reward: .majority, entropyLow: 0.1, entropyHigh: 0.9, minimumConfidence: 0.5, belowFloor: .payNothing, emptyReward: -0.5,
          entropy: .likelihood))
    #expect(configuration.judge == .embedding(folder: "/models/a: b"))
    #expect(
      configuration.judging
        == JudgeOptions(math: .init(roundingDigits: 5), clusterRule: .firstMatch, similarity: 0.9, direction: .one, prompt: .plain))
    #expect(
      configuration.reading
        == AnswerReading(extraction: ExtractionOptions(fallback: .number), takesWholeResponse: true, rejectsRepetition: true))
    #expect(configuration.objective.loss == .drGRPO)
    #expect(configuration.objective.maximumResponseTokens == 9)
    #expect(RunConfiguration().prompt(for: "1+{question}?") == "Q: 1+{question}?\nA:")
  }

  @Test("A model of ones own has defaults of its own") func aModelOfOnesOwnHasDefaultsOfItsOwn() throws {
    let own = try RunConfiguration.load(environment: [:], flags: ["model": "/m", "questions": "/q.csv", "group_size": "4"])
    #expect(own.questions == .path("/q.csv"))
    #expect(own.heldOut == .none)
    #expect(own.train == .lora && own.optimizer.learningRate == 1e-5)
    let full = try RunConfiguration.load(environment: [:], flags: ["model": "/m", "questions": "/q.csv", "train": "full"])
    #expect(full.optimizer.learningRate == 1e-6)
    #expect(try RunConfiguration.load(environment: [:], flags: ["train": "lora"]).optimizer.learningRate == 2e-3)
    let told = try RunConfiguration.load(environment: [:], flags: ["train": "lora", "optimizer.learning_rate": "3e-4"])
    #expect(told.optimizer.learningRate == 3e-4)
    #expect(own.promptTemplate == PromptPreset.boxed.template)
    #expect(own.sampling.maximumNewTokens == 512)
    #expect(own.groupSize == 4)
    #expect(own.worker.maximumSequences == 32)
    // The demonstration's stay what they are, wherever the model is named.
    #expect(try RunConfiguration.load(environment: ["EMPO_MODEL": "embedded"]) == RunConfiguration())
    // What a learner sends to its workers reads back without any default.
    #expect(try RunConfiguration(yaml: own.yaml()) == own)
  }

  @Test("A model of ones own needs questions") func aModelOfOnesOwnNeedsQuestions() {
    let error = #expect(throws: RunsError.self) { try RunConfiguration.load(environment: [:], flags: ["model": "/m"]) }
    #expect(error?.message.contains("questions: found nothing, expected a file of questions") == true, "\(error?.message ?? "")")
    // A flag by itself is checked by itself.
    #expect(throws: Never.self) { try RunConfiguration.check(flags: ["model": "/m", "steps": "1", "minibatches": "60"]) }
    #expect(throws: RunsError.self) { try RunConfiguration.check(flags: ["steps": "0"]) }
  }

  @Test("A preset is read as its text", arguments: PromptPreset.allCases)
  func aPresetIsReadAsItsText(preset: PromptPreset) throws {
    let configuration = try RunConfiguration.load(environment: [:], flags: ["prompt_template": preset.rawValue])
    #expect(configuration.promptTemplate == preset.template)
    #expect(configuration.system == preset.system)
    #expect(try RunConfiguration(yaml: configuration.yaml()) == configuration)
    let other = try RunConfiguration.load(environment: ["EMPO_SYSTEM": "Be kind."], flags: ["prompt_template": preset.rawValue])
    #expect(other.system == "Be kind.")
    let none = try RunConfiguration.load(environment: ["EMPO_SYSTEM": "none"], flags: ["prompt_template": preset.rawValue])
    #expect(none.system == nil)
  }

  @Test("Only variables that say something else than a configuration contradict it") func contradictions() throws {
    let path = FileManager.default.currentDirectoryPath + "/q.jsonl"
    let configuration = try RunConfiguration.load(environment: [:], flags: ["steps": "7", "questions": "q.jsonl", "workers": "3"])
    #expect(configuration.contradicting(["EMPO_STEPS": "7", "EMPO_QUESTIONS": "q.jsonl", "EMPO_KERNELS": "avx2", "HOME": "/"]).isEmpty)
    #expect(configuration.contradicting(["EMPO_QUESTIONS": path, "EMPO_WORKERS": "03"]).isEmpty)
    #expect(configuration.contradicting(["EMPO_STEPS": "8", "EMPO_LAG": "much"]).sorted() == ["EMPO_LAG", "EMPO_STEPS"])
  }

  @Test("The papers instruction follows the question") func thePapersInstructionFollowsTheQuestion() {
    #expect(
      PromptPreset.boxed.template
        == "{question} Let's think step by step and output the final answer within \\boxed{}.")
    #expect(PromptPreset.qwenMath.system == "Please reason step by step, and put your final answer within \\boxed{}.")
  }

  @Test("The commented file tells what every key is for") func theCommentedFileTellsWhatEveryKeyIsFor() {
    let yaml = RunConfiguration().yaml(isCommented: true)
    for key in ConfigurationKey.all {
      #expect(yaml.components(separatedBy: "# \(key.summary) Takes \(key.expectation).\n").count == 2, "\(key.name)")
      #expect(key.summary.hasSuffix(".") && !key.summary.contains("\n"))
    }
  }
}
