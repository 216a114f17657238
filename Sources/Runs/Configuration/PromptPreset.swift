/// Prompts by name: what stands around a question, and what a system message says.
public enum PromptPreset: String, Sendable, CaseIterable {
  /// The instruction that EMPO appends to a question (Zhang et al., 2025, arXiv 2504.05812).
  case boxed
  /// What Qwen2.5-Math is trained with: the instruction is the system's.
  case qwenMath = "qwen-math"
  /// A question that brings its choices along, such as MMLU-Pro's; the answer is a letter.
  case choice
  /// The embedded model's.
  case qa
  /// The question alone.
  case plain

  /// What the model is given; `{question}` stands for the question.
  public var template: String {
    switch self {
    case .boxed: "{question}\nLet's think step by step and output the final answer within \\boxed{}."
    case .qwenMath, .plain: "{question}"
    case .choice:
      "{question}\nLet's think step by step and output only the letter of the right choice, such as \\boxed{A}, within \\boxed{}."
    case .qa: "Q: {question}\nA:"
    }
  }

  /// What the system's message says, unless the configuration has another.
  public var system: String? {
    self == .qwenMath ? "Please reason step by step, and put your final answer within \\boxed{}." : nil
  }
}
