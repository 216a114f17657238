/// How the paper asks a kind of question, by name: its template (arXiv 2504.05812, appendix A), a judge that reads what the template asks for,
/// and its protocol of evaluation: greedy, zero-shot.
///
/// The limits of tokens are this project's: as many as its presets of runs give to the same template.
public enum BenchmarkPreset: String, CaseIterable, Sendable {
  case paperMaths = "paper-maths"
  case paperReasoning = "paper-reasoning"
  case mmluPro = "mmlu-pro"
  case mmluProBase = "mmlu-pro-base"
  case gpqa
  case gpqaBase = "gpqa-base"
  case choice

  /// The prompt.
  var prompt: PromptPreset {
    switch self {
    case .paperMaths: .paperMaths
    case .paperReasoning: .paperReasoning
    case .mmluPro: .mmluPro
    case .mmluProBase: .mmluProBase
    case .gpqa: .gpqa
    case .gpqaBase: .gpqaBase
    case .choice: .choice
    }
  }

  /// Values by the names of configuration keys, as text.
  package var values: [String: String] {
    let judge =
      switch self {
      case .paperMaths: "math"
      case .paperReasoning: "text"
      case .mmluPro, .mmluProBase, .gpqa, .gpqaBase, .choice: "choice"
      }
    return [
      "prompt_template": prompt.rawValue, "system": prompt.system ?? "none", "judge": judge,
      "sampling.max_new_tokens": self == .paperMaths ? "3072" : "1024",
    ]
  }

  /// Responses at temperature 1 beside the greedy one: the protocol has none.
  package static let samples = 0
}
