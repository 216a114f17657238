import Meaning
import Testing

@Suite struct HostileResponseTests {
  static let repetitions = 40_000

  /// Linear scanners take tenths of a second without optimisation; quadratic ones minutes.
  static let limit = Duration.seconds(20)

  @Test(arguments: [
    "{", "}", "\\", "\\boxed", "\\boxed{", "\\boxed{ ", "\\boxed{}", "\\boxed   ", "<answer>", "</answer>", "<answer></answer>", "#",
    "####", "#### ", "answer", "answer is ", "answer is\n", "answer:", "answer:**", "answer:**a", "answer: . ", "answer is $ $. ", "**",
    "$", "answer is $", "final answer", "# ", "### final answer\n", "answer is \\(", " ", "\n", ".", "answer is.*", "answer    ",
    "\u{0301}", "\r\n", "<answer>answer: ", "<answer>####",
    "\\fbox{", "1", "1 ", "1,", "1/", "1.", "1:", "1^", "1^{", "1e", "1,111", "1 1/", "\\frac{", "\\frac{1}", "1 \\frac{1}{", "1  \\times",
    "-", "$", "A", "A ", "(A", "A  ", "C =", "**C", "option A ", "2. x\n",
    "```", "```\n", "~~~", "answer is\n```\n", "answer:$$", "$$", "\\[", "answer is \\[", "\\begin{align}", "answer is\n\\begin{align}\n",
    "answer is \\begin{cases}", "\\(", "answer to ", "answer to the question ", "answer is therefore ", "answer is not ",
    "answer is correct ",
    "answer is given by:\n", "answer must be ", "answer\n", "**Answer**\n", "# Answer\n", ", which ", " (since ", " - a", "; so ", " as ",
    "because ",
    "<think>", "</think>", "[THINK]", "\\boxed 5 ", "\\boxed\\frac", "\\boxed{?}", "\\phantom{", "\\phantom{}", "\\text{}", "\\hspace",
    "\\kern ", "\\{", "\\{ ",
    "_", "\u{200B}", "- 5\n", "1. 5\n", "> ", "}", "`", "answer is `", "answer is\n- 5\n", "answer (", "answer is <", "\\boxed{\\boxed{?}",
  ])
  func repetitionsAreLinear(piece: String) {
    let repeated = String(repeating: piece, count: Self.repetitions)
    let time = ThreadTime.measure {
      _ = extractAnswer(from: repeated)
      _ = extractAnswer(from: repeated + "</answer>")
      _ = extractAnswer(from: "The answer is " + repeated)
      _ = extractAnswer(from: repeated + "the answer is 5")
      _ = extractAnswer(from: repeated + "the answer is")
      _ = extractAnswer(from: repeated, options: ExtractionOptions(fallback: .number))
      _ = extractAnswer(from: repeated, options: ExtractionOptions(fallback: .choice))
      _ = extractAnswer(from: "1" + repeated + " ", options: ExtractionOptions(fallback: .number))
    }
    #expect(time < Self.limit)
  }

  @Test("Deep braces keep their content") func deepBracesKeepTheirContent() {
    let depth = Self.repetitions
    let nested = String(repeating: "{", count: depth) + "5" + String(repeating: "}", count: depth)
    #expect(extractAnswer(from: "\\boxed{" + nested + "}").text == nested)
  }

  @Test("Deep boxes give the innermost") func deepBoxesGiveTheInnermost() {
    let depth = Self.repetitions
    let nested = String(repeating: "\\boxed{", count: depth) + "5" + String(repeating: "}", count: depth)
    #expect(extractAnswer(from: nested).text == "5")
  }
}
