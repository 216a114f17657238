/// Prompts by name: what stands around a question, and what a system message says.
///
/// Those with `paper` in their name, and those of the two benchmarks, are the templates of EMPO's appendix A (Zhang et al., 2025, arXiv
/// 2504.05812), to the letter.
public enum PromptPreset: String, Sendable, CaseIterable {
  /// The instruction that EMPO's authors append to a question of mathematics in their data.
  case boxed
  /// The same with the system message of the paper's template for mathematics.
  case paperMaths = "paper-maths"
  /// The paper's template for free-form reasoning. Base models get it without the system message.
  case paperReasoning = "paper-reasoning"
  /// The paper's template for MMLU-Pro, whose questions bring choices along; the answer is a letter.
  case mmluPro = "mmlu-pro"
  /// The same for a base model, without a chat template.
  case mmluProBase = "mmlu-pro-base"
  /// The paper's template for GPQA, whose questions bring four choices along.
  case gpqa
  /// The same for a base model, without a chat template.
  case gpqaBase = "gpqa-base"
  /// What Qwen2.5-Math is trained with: the instruction is the system's.
  case qwenMath = "qwen-math"
  /// A question that brings its choices along; the answer is a letter.
  case choice
  /// The embedded model's.
  case qa
  /// The question alone.
  case plain

  /// What the model is given; `{question}` stands for the question.
  public var template: String {
    switch self {
    case .boxed, .paperMaths: "{question} Let's think step by step and output the final answer within \\boxed{}."
    case .paperReasoning: "{question} \(PromptPreset.reasoning())"
    case .mmluPro: "{question} \(PromptPreset.reasoning(PromptPreset.lettersToP))"
    case .mmluProBase: "Question: {question}\n\(PromptPreset.reasoning(PromptPreset.lettersToP))\nAnswer:"
    case .gpqa: "{question} \(PromptPreset.reasoning(PromptPreset.fourLetters))"
    case .gpqaBase: "Question: {question}\n\(PromptPreset.reasoning(PromptPreset.fourLetters))\nAnswer:"
    case .qwenMath, .plain: "{question}"
    case .choice:
      "{question}\nLet's think step by step and output only the letter of the right choice, such as \\boxed{A}, within \\boxed{}."
    case .qa: "Q: {question}\nA:"
    }
  }

  /// What the system's message says, unless the configuration has another.
  public var system: String? {
    switch self {
    case .paperMaths: "Please reason step by step, and output your final answer within \\boxed{}."
    case .paperReasoning: "Reason step by step, and output your final answer within \\boxed{}."
    case .mmluPro: "Reason step by step, and output your final answer \(PromptPreset.lettersToP) within \\boxed{}."
    case .gpqa: "Reason step by step, and output your final answer \(PromptPreset.fourLetters) within \\boxed{}."
    case .qwenMath: "Please reason step by step, and put your final answer within \\boxed{}."
    case .boxed, .mmluProBase, .gpqaBase, .choice, .qa, .plain: nil
    }
  }

  private static let lettersToP = "(the correct letter choice from A-P)"
  private static let fourLetters = "(A, B, C, or D)"

  /// The instruction behind a question.
  private static func reasoning(_ choices: String? = nil) -> String {
    "Reason step by step and output the final answer \(choices.map { $0 + " " } ?? "")within \\boxed{}."
  }
}
