import JSON
import Rollouts

/// Sets of keys by name: the settings of published runs, to begin with or to compare with.
///
/// A preset stands between the defaults and what a user says. The resolved configuration holds its values, so that a run does not depend on
/// what the name means in another release.
public enum ConfigurationPreset: String, CaseIterable, Sendable {
  case paperMathsTRL = "paper-maths-trl"
  case paperMathsVerl = "paper-maths-verl"
  case paperReasoning = "paper-reasoning"

  /// What it is for, in one sentence of Markdown.
  package var summary: String {
    switch self {
    case .paperMathsTRL: "Mathematics as in the paper's first implementation: small groups, one on-policy update a step."
    case .paperMathsVerl:
      "Mathematics as in the authors' second implementation: larger groups, eight updates a step with GSPO's ratio of whole sequences."
    case .paperReasoning:
      "Free-form answers as in the paper, for the judge `verifier:DIR`, which is to be given (the paper's is TIGER-Lab/general-verifier)."
    }
  }

  /// Where the values come from, in one sentence of Markdown.
  package var source: String {
    switch self {
    case .paperMathsTRL:
      "arXiv 2504.05812, appendix A, and QingyangZhang/EMPO, `config_EMPO_NM_COT_20K_1.5B.yaml` with `empo.py` and `rewards.py`; "
        + "temperature and AdamW as TRL 0.14 sets them."
    case .paperMathsVerl:
      "QingyangZhang/EMPO, `verl-empo/recipe/empo/scripts/run_empo_qwen2.5_math_7b.sh`, and GSPO (Zheng et al., 2025, arXiv 2507.18071)."
    case .paperReasoning:
      "arXiv 2504.05812, appendix A, and QingyangZhang/EMPO, `config_EMPO_NR_50K_3B.yaml` with `empo.py` and `rewards.py`; temperature "
        + "and AdamW as TRL 0.14 sets them."
    }
  }

  /// The values by the names of their keys, as text, in the order of ``ConfigurationKey/all``.
  package var values: KeyValuePairs<String, String> {
    switch self {
    case .paperMathsTRL:
      [
        "prompt_template": PromptPreset.paperMaths.rawValue, "train": "full", "questions_per_step": "112", "group_size": "7", "lag": "0",
        "reward": "empo",
        "empty_reward": "0", "judge": "math", "entropy_estimate": "discrete", "sampling.temperature": "0.9", "sampling.top_k": "0",
        "sampling.top_p": "1", "sampling.max_new_tokens": "2048", "filter.entropy_low": "0", "filter.entropy_high": "1",
        "filter.minimum_confidence": "0", "advantage": "group-sample-std", "loss": "sequence-mean", "kl": "0", "minibatches": "1",
        "mask_truncated": "false", "optimizer.learning_rate": "1e-6", "optimizer.schedule": "constant", "optimizer.warmup_steps": "0",
        "optimizer.beta2": "0.999", "optimizer.weight_decay": "0", "optimizer.clip_norm": "1",
      ]
    case .paperMathsVerl:
      [
        "prompt_template": PromptPreset.paperMaths.rawValue, "train": "full", "questions_per_step": "256", "group_size": "16", "lag": "0",
        "reward": "empo", "empty_reward": "0", "judge": "math", "entropy_estimate": "discrete", "sampling.temperature": "1",
        "sampling.top_k": "0", "sampling.top_p": "1", "sampling.max_new_tokens": "3072", "filter.entropy_low": "0",
        "filter.entropy_high": "1", "filter.minimum_confidence": "0", "advantage": "group-sample-std", "loss": "sequence-ratio",
        "clip_low": "0.0003", "clip_high": "0.0004", "kl": "0", "minibatches": "8", "mask_truncated": "false",
        "optimizer.learning_rate": "5e-7", "optimizer.schedule": "constant", "optimizer.warmup_steps": "0", "optimizer.beta2": "0.999",
        "optimizer.weight_decay": "0", "optimizer.clip_norm": "1",
      ]
    case .paperReasoning:
      [
        "prompt_template": PromptPreset.paperReasoning.rawValue, "train": "full", "questions_per_step": "96", "group_size": "12",
        "lag": "0",
        "reward": "empo", "empty_reward": "-0.5", "judge_clusters": "first-match", "judge_directions": "one",
        "judge_prompt": "general-verifier", "reject_repetition": "true", "entropy_estimate": "discrete",
        "sampling.temperature": "0.9", "sampling.top_k": "0", "sampling.top_p": "1", "sampling.max_new_tokens": "1024",
        "filter.entropy_low": "0", "filter.entropy_high": "1", "filter.minimum_confidence": "0.2", "filter.below_floor": "pay-nothing",
        "advantage": "group-sample-std", "loss": "sequence-mean", "kl": "0", "minibatches": "1", "mask_truncated": "false",
        "optimizer.learning_rate": "1e-6", "optimizer.schedule": "constant", "optimizer.warmup_steps": "0", "optimizer.beta2": "0.999",
        "optimizer.weight_decay": "0", "optimizer.clip_norm": "1",
      ]
    }
  }

  /// The preset of a name; `place` says where it was given.
  package init(named name: String, place: String) throws {
    guard let preset = ConfigurationPreset(rawValue: name) else {
      throw RunsError(
        .configuration,
        "\(place): preset: found \(excerpt(name)), expected \(ConfigurationPreset.expectation)"
          + NearestWord.remark(on: name, among: ConfigurationPreset.allCases.map(\.rawValue)))
    }
    self = preset
  }

  /// The names, in words fit for a message.
  package static var expectation: String { "one of " + allCases.map(\.rawValue).joined(separator: ", ") }

  /// The key that names a preset in a file.
  package static let key = "preset"

  /// The variable that names one.
  package static let environmentVariable = "EMPO_PRESET"

  /// A remark on a configuration made with the preset that lacks what the preset cannot know; nil where it lacks nothing.
  package func remark(on configuration: RunConfiguration) -> String? {
    guard self == .paperReasoning else { return nil }
    if case .verifier = configuration.judge { return nil }
    return "preset \(rawValue): the judge is \(configuration.judge), where the paper has a verifier (judge: verifier:DIR)"
  }
}

extension RunConfiguration {
  /// The defaults for a model, with the values of a preset in their place.
  package init(defaultsFor model: DataSource, preset: ConfigurationPreset?) {
    self.init(defaultsFor: model)
    guard let preset else { return }
    for (name, text) in preset.values {
      guard let key = ConfigurationKey.named(name), key.write(&self, text) else {
        preconditionFailure("\(preset.rawValue): \(name) takes no \(text)")
      }
      if let prompt = PromptPreset(rawValue: text), key.name == "prompt_template" { system = prompt.system }
    }
  }
}
