import Meaning
import Testing

/// What models put around an answer, and what they put in its place.
@Suite struct AnswerSurroundingsTests {
  @Test(
    "Prose behind an answer is no part of it",
    arguments: [
      ("The answer is 5: two and three.", "5"), ("The answer is 5 as 2+3=5.", "5"), ("The answer is 5 so x=5.", "5"),
      ("The answer is 5 therefore x=5.", "5"), ("The answer is B: Paris", "B"), ("The answer is $x$ where $x>0$", "x"),
      ("The answer is 3, not 4.", "3"), ("The answer is 3, but 4 is close.", "3"), ("The answer is  \\[ x = 5, \\] which fits", "x = 5"),
      ("The answer is 5, i.e. five.", "5"), ("The answer is 10 (ten) apples", "10"), ("The answer is (1, 2), where x = 1.", "(1, 2)"),
      ("The answer is $5, since it costs $2 more.", "$5"), ("The answer is 72, because it is.", "72"),
      ("The answer is 72 because it is.", "72"), ("The answer is $72$, so we are done.", "72"),
      ("The answer is **72**, therefore we stop.", "72"), ("The answer is (C), since B is odd.", "(C)"),
      ("The answer is C, which is Paris.", "C"), ("The answer is 5; this is the total.", "5"), ("The answer is 5 - five apples.", "5"),
      ("The answer is 5 \u{2014} the total.", "5"), ("The answer is $\\frac{1}{2}$ (one half).", "\\frac{1}{2}"),
      ("The answer is 5 (since 2+3=5).", "5"), ("The answer is \\(5\\), as desired.", "5"), ("The answer is 5 as required.", "5"),
      ("The answer is $x + C$, where $C$ is a constant.", "x + C"), ("The answer is 5, and this is the total.", "5"),
      ("The answer is 5, and we are done", "5"), ("Answer: 5 (five)", "5"), ("#### 5, which is the total", "5"),
      ("Final answer: 5, since 2+3=5", "5"), ("The answer is 5.That is all", "5"), ("The answer is 5. That is all", "5"),
      ("The answer is -5, which is negative", "-5"), ("The answer is 50%, which is half.", "50%"),
      ("The answer is 1,234, which is big.", "1,234"), ("The answer is 12 cm, which is long.", "12 cm"),
      ("The answer is yes, because 2 > 1.", "yes"), ("The answer is 5<|im_end|>", "5"), ("The answer is 5.<|im_end|>", "5"),
      ("(so the answer is 5)", "5"), ("The answer is 18, leaving 8 in addition.", "18"), ("The answer is 16, with 2 solutions.", "16"),
      ("The answer is 4. If the answer is 5, we made a mistake.", "4"), ("The answer is 4. Check whether my answer is 5.", "4"),
      ("If the answer is 5, what is the price?", ""), ("See if this is 3. The answer is 5", "5"),
      ("The answer is 3, 5 and 7.", "3, 5 and 7"), ("The answer is dancing, singing", "dancing, singing"),
    ])
  func proseBehindAnAnswerIsNoPartOfIt(response: String, expected: String) {
    #expect(extractAnswer(from: response).text == expected, "\(response.debugDescription)")
  }

  @Test(
    "What looks like prose and isn't stays",
    arguments: [
      ("The answer is 1, 2, and 3.", "1, 2, and 3"), ("The answer is 3 (mod 7).", "3 (mod 7)"),
      ("The answer is x = 1, y = 2", "x = 1, y = 2"), ("The answer is f(x) = (x - 1)(x + 2).", "f(x) = (x - 1)(x + 2)"),
      ("The answer is (1, 2).", "(1, 2)"), ("The answer is 1; 2; 3", "1; 2; 3"), ("The answer is 5 - x", "5 - x"),
      ("The answer is x = 1; y = 2", "x = 1; y = 2"), ("The answer is $2 - \\pi$", "2 - \\pi"), ("The answer is 2 - pi", "2 - pi"),
      ("The answer is [0, 5)", "[0, 5)"), ("The answer is A and C", "A and C"), ("The answer is B)", "B)"),
      ("The answer is 101 (base 2)", "101 (base 2)"), ("The answer is New York", "New York"),
      ("The answer is 3 + 4i and 3 - 4i", "3 + 4i and 3 - 4i"), ("The answer is \\{1, 2\\}", "\\{1, 2\\}"),
      ("The answer is $5 per hour", "$5 per hour"), ("The answer is Dr. Smith.", "Dr. Smith"),
      ("The answer is the U.S. Navy", "the U.S. Navy"), ("The answer is approx. 5", "approx. 5"),
      ("The answer is 5-year-old", "5-year-old"), ("The answer is red; blue", "red; blue"),
      ("The answer is Paris (France)", "Paris (France)"), ("The answer is $5$ apples and $3$ oranges.", "$5$ apples and $3$ oranges"),
      ("The answer is 3:4", "3:4"), ("The answer is so-so", "so-so"), ("The answer is 3 : 4", "3 : 4"),
    ])
  func whatLooksLikeProseAndIsntStays(response: String, expected: String) {
    #expect(extractAnswer(from: response).text == expected, "\(response.debugDescription)")
  }

  @Test(
    "A box without braces has an argument",
    arguments: [
      ("$\\boxed 5$", "5"), ("$\\boxed 42$", "42"), ("\\boxed -7", "-7"), ("\\boxed5", "5"), ("\\fbox 5", "5"),
      ("\\boxed\\frac12", "\\frac12"), ("\\boxed\\frac{1}{2}", "\\frac{1}{2}"), ("\\boxed \\pi", "\\pi"), ("$\\boxed x$", "x"),
      ("\\boxed{3} then \\boxed 4.", "4"), ("\\boxed 4 then \\boxed{3}", "3"), ("\\boxed 1,234.", "1,234"), ("\\boxed 3.5", "3.5"),
      ("\\boxed 1/2", "1/2"), ("\\boxed\\text{Yes}", "\\text{Yes}"), ("\\boxed\\sqrt2", "\\sqrt2"), ("\\boxed\\sqrt[3]{2}", "\\sqrt[3]{2}"),
      ("Put it in \\boxed notation", ""), ("\\boxed\n5", "5"), ("\\boxed", ""), ("The answer is \\boxed{12", ""),
      ("The answer is \\boxed{12. That is all", ""), ("The answer is $\\boxed{}$.", ""), ("The answer is 5 or \\boxed{6", "5"),
      ("Answer: \\boxed{?}", ""), ("<answer>\\boxed{</answer>", ""), ("so \\boxed $5$", "5"), ("$x=$ \\boxed", ""),
    ])
  func aBoxWithoutBracesHasAnArgument(response: String, expected: String) {
    #expect(extractAnswer(from: response).text == expected, "\(response.debugDescription)")
  }

  @Test(
    "Nothing is no answer",
    arguments: [
      ("\\boxed{??}", ""), ("\\boxed{....}", ""), ("\\boxed{-}", ""), ("\\boxed{--}", ""), ("\\boxed{____}", ""), ("\\boxed{\\_\\_}", ""),
      ("\\boxed{\\ldots}", ""), ("\\boxed{\\dots}", ""), ("\\boxed{\\cdots}", ""), ("\\boxed{\\square}", ""), ("\\boxed{\\Box}", ""),
      ("\\boxed{\\,}", ""), ("\\boxed{\\quad}", ""), ("\\boxed{~}", ""), ("\\boxed{\\!}", ""), ("\\boxed{\\hspace{1cm}}", ""),
      ("\\boxed{\\phantom{12}}", ""), ("\\boxed{\\hphantom{x}}", ""), ("\\boxed{\\text{ }}", ""), ("\\boxed{\\mathrm{}}", ""),
      ("\\boxed{\\text{\\phantom{x}}}", ""), ("\\boxed{\\textbf{}}", ""), ("\\boxed{\u{200B}\u{200B}}", ""), ("\\boxed{\u{FEFF}}", ""),
      ("\\boxed{\u{2060}}", ""), ("\\boxed{\u{AD}}", ""), ("\\boxed{[]}", ""), ("\\boxed{{}}", ""), ("\\boxed{( )}", ""),
      ("\\boxed{\\left(\\right)}", ""), ("\\boxed{\\text{?}}", ""), ("\\boxed{$$}", ""), ("\\boxed{$ $}", ""), ("\\boxed{.}", ""),
      ("\\boxed{,}", ""), ("\\boxed{:}", ""), ("\\boxed{*}", ""), ("\\boxed{**}", ""), ("\\boxed{\\underline{\\hspace{2cm}}}", ""),
      ("\\boxed{\u{25A1}}", ""), ("\\boxed{\u{2026}}", ""), ("\\boxed{\\text{answer}}", ""), ("\\boxed{\\boxed{}}", ""),
      ("\\boxed{\\(\\)}", ""), ("\\boxed{()()}", ""), ("\\boxed{\\displaystyle}", ""), ("\\boxed{\\kern3pt}", ""),
      ("\\boxed{\u{3164}}", ""), ("\\boxed{#}", ""), ("\\boxed{!}", ""), ("\\boxed{\\text{...}}", ""), ("\\boxed{\\vspace{1em}}", ""),
      ("\\boxed{\\textcolor{red}{}}", ""), ("The answer is ?", ""), ("The answer is ...", ""), ("Answer: -", ""), ("Answer: ____", ""),
      ("**Answer:** \\_\\_\\_\\_", ""), ("#### ?", ""), ("#### ...", ""), ("<answer>?</answer>", ""), ("<answer>...</answer>", ""),
      ("<answer> \u{200B} </answer>", ""), ("The answer is \\ldots", ""), ("The answer is $\\square$.", ""),
      ("The answer is 5. \\boxed{?}", "5"), ("\\boxed{5} \\boxed{...}", "5"), ("The answer is 5.\nAnswer: ___", "5"),
      ("**Final Answer**\n\n---", ""), ("\\boxed{\\{\\}}", "\\{\\}"), ("\\boxed{\\{ \\}}", "\\{ \\}"),
      ("\\boxed{\\emptyset}", "\\emptyset"), ("\\boxed{\\varnothing}", "\\varnothing"),
      ("\\boxed{\\left\\{\\right\\}}", "\\left\\{\\right\\}"), ("\\boxed{0}", "0"), ("\\boxed{>}", ">"), ("\\boxed{\\infty}", "\\infty"),
      ("\\boxed{\u{2205}}", "\u{2205}"), ("\\boxed{-x}", "-x"), ("\\boxed{\\text{no}}", "\\text{no}"), ("\\boxed{\\blacksquare}", ""),
      ("\\boxed{\\ast}", ""),
    ])
  func nothingIsNoAnswer(response: String, expected: String) {
    #expect(extractAnswer(from: response).text == expected, "\(response.debugDescription)")
  }

  @Test(
    "Only what follows the thinking counts",
    arguments: [
      ("<think>\\boxed{5}</think>\\boxed{6}", "6"), ("<think>The answer is 5.</think>", ""), ("<think>The answer is 5.", ""),
      ("the answer is 5</think>The answer is 7", "7"), ("<thinking>\\boxed{5}</thinking>\nThe answer is 6.", "6"),
      ("[THINK]\\boxed{5}[/THINK]The answer is 6.", "6"), ("<think>a</think>\\boxed{1}<think>b</think>\\boxed{2}", "2"),
      ("<think>a</think>\\boxed{1}<think>\\boxed{2}", ""), ("<THINK>\\boxed{5}</THINK> #### 3", "3"), ("[THINK]\\boxed{5}", ""),
      ("<thinking>\\boxed{5}", ""), ("<think>\n\\boxed{1}\n</think>\nI am not sure.", ""), ("<think></think>\n\n<answer>5</answer>", "5"),
    ])
  func onlyWhatFollowsTheThinkingCounts(response: String, expected: String) {
    #expect(extractAnswer(from: response).text == expected, "\(response.debugDescription)")
  }

  @Test("A whole response follows the same rules of thinking and of nothing") func aWholeResponseFollowsTheSameRulesOfThinkingAndOfNothing()
  {
    #expect(wholeAnswer(from: " It was Paris.\n") == "It was Paris.")
    #expect(wholeAnswer(from: "<think>Rome?</think>\n\nIt was Paris. ") == "It was Paris.")
    #expect(wholeAnswer(from: "Rome?</think> Paris") == "Paris")
    for empty in ["", " \n", "<think>Rome", "<think>Rome</think>", "...", "\u{200B}", "?", "\\quad", "()", "[THINK]Rome"] {
      #expect(wholeAnswer(from: empty) == "", "\(empty.debugDescription)")
    }
  }

  @Test("Nothing is guessed of what is cut off in a block", arguments: ExtractionOptions.Fallback.allCases)
  func nothingIsGuessedOfWhatIsCutOffInABlock(fallback: ExtractionOptions.Fallback) {
    for response in ["5 (C). Answer:\n```\n4", "5 (C). The answer is $$4", "5 (C). The answer is \\[4", "5 (C) <think> 7", "5 (C) \\boxed"]
    {
      #expect(extractAnswer(from: response, options: ExtractionOptions(fallback: fallback)) == .none)
    }
  }
}
