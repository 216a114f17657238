import Meaning
import Testing

/// What models put between a phrase and its answer, and what they say of answers.
@Suite struct ResponseShapesTests {
  @Test(
    "Judgements and denials state nothing",
    arguments: [
      ("The answer is 31 and I believe the answer is correct.", "31"),
      ("The answer is 31, so I am confident that the answer is right.", "31"), ("The answer is 7 (the answer is right).", "7"),
      ("The answer is 12. (The answer is in meters.)", "12"), ("The answer is 12. Note that the answer is in centimeters", "12"),
      ("Answer: 3\nThe answer is clear from the picture.", "3"), ("Answer: 3\n\nThe answer is valid because both sides match.", "3"),
      ("#### 9\nThe answer is accurate!", "9"), ("<answer>5</answer> I checked, and the answer is indeed correct.", "5"),
      ("The answer is $x = 4$. Plugging it in, the answer is **correct**.", "x = 4"),
      ("The answer is 4. I hope the answer is not wrong.", "4"), ("The answer is 4. The answer is not 5.", "4"),
      ("The answer is 6. Of course the answer must be even.", "6"), ("The answer is 6; the answer should be positive.", "6"),
      ("The answer is 6. This makes sense as the answer must be less than 10.", "6"),
      ("The answer is 6. As the answer must be a whole number, we are done.", "6"),
      ("The answer is 6. The answer is even, as it should be.", "6"), ("The answer is 0.25. The answer is between 0 and 1.", "0.25"),
      ("The answer is 0.25. The answer is reasonable.", "0.25"), ("The answer is 0.25. The answer is expressed in simplest form.", "0.25"),
      ("The answer is 0.25. The answer is rounded to two decimal places.", "0.25"),
      ("The answer is 8. The answer is consistent with the estimate.", "8"),
      ("The answer is 8. The answer is found by adding 3 and 5.", "8"), ("The answer is 8. The answer is the same as before.", "8"),
      ("The answer is 8. The answer is not unique.", "8"), ("The answer is correct.", ""), ("I think the answer is right.", ""),
      ("We check whether the answer is valid", ""), ("The answer is in meters.", ""), ("The answer is not 5.", ""),
      ("The answer must be even.", ""), ("The answer cannot be 5.", ""), ("The answer is very clear.", ""), ("Answer: Correct", "Correct"),
      ("**Answer:** Right", "Right"), ("The answer is even.", "even"), ("The answer is right angle.", "right angle"),
      ("The answer is True.", "True"), ("The answer is no.", "no"), ("The answer is not possible.", "not possible"),
      ("The answer is in Paris.", "in Paris"), ("The answer is correct, and the correct answer is 5.", "5"),
      ("The answer is 4. The answer is right there.", "4"), ("The answer is 4; the answer is too large.", "4"),
      ("The answer is 4. The answer is as expected.", "4"), ("The answer is 4. I hope the answer is helpful.", "4"),
      ("The answer is 4, though I am not sure the answer is correct.", "4"),
    ])
  func judgementsAndDenialsStateNothing(response: String, expected: String) {
    #expect(extractAnswer(from: response).text == expected, "\(response.debugDescription)")
  }

  @Test(
    "Verbs other than is lead to an answer",
    arguments: [
      ("The answer must be 5.", "5"), ("So the answer would be $\\frac12$.", "\\frac12"), ("The answer is therefore 17.", "17"),
      ("The answer is, therefore, 17.", "17"), ("the answer = 12", "12"), ("Answer = $x^2$", "x^2"), ("The answer should be **4**.", "4"),
      ("The answer has to be (C).", "(C)"), ("The answer will be 3.5.", "3.5"), ("The answer turns out to be 11.", "11"),
      ("The answer comes out to 11.", "11"), ("The answer is equal to 9.", "9"), ("The answer equals 9.", "9"),
      ("The answer is thus \\(7\\).", "7"), ("The answer is indeed 7.", "7"), ("The answer is simply $7$.", "7"),
      ("The answer is definitely B.", "B"), ("The answer to the question is 14.", "14"), ("The answer to this problem must be 14.", "14"),
      ("The answer we get is 14.", "14"), ("Answer to part (a): 14", "14"), ("The answer for $x$ is 3.", "3"), ("Answer (in cm): 14", "14"),
      ("The answer is, of course, 14.", "14"), ("The answer is given by $14$.", "14"), ("The answer is found to be 14.", "14"),
      ("$\\text{Answer} = 5$", "5"), ("\\text{The answer is } 5", "5"), ("\\textbf{Answer:} 5", "5"), ("\\textbf{The answer is 5}", "5"),
      ("The answer must therefore be 5", "5"), ("The answer would then be $5$.", "5"), ("The answer is in fact 5", "5"),
    ])
  func verbsOtherThanIsLeadToAnAnswer(response: String, expected: String) {
    #expect(extractAnswer(from: response).text == expected, "\(response.debugDescription)")
  }

  @Test(
    "A code fence holds the answer",
    arguments: [
      ("The answer is:\n```\n12\n```", "12"), ("Answer:\n```python\n12\n```", "12"), ("**Answer:**\n\n~~~\n12\n~~~", "12"),
      ("So the final answer is\n\n```latex\n\\frac{1}{2}\n```\nDone.", "\\frac{1}{2}"), ("The answer is ```12```.", "12"),
      ("The answer is `12`.", "12"), ("Final answer:\n~~~text\nx = 3\n~~~", "x = 3"), ("The answer is:\n````\n12\n````", "12"),
      ("## Answer\n\n```\n12\n```", "12"), ("The answer is:\n```\n$12$\n```", "12"), ("The answer is:\n```", ""),
      ("The answer is:\n```\n12", ""), ("The answer is:\n```\n\n```", ""), ("The answer is 3.\nSo the answer is:\n```\n4", "3"),
      ("The answer is:\r\n```\r\n12\r\n```", "12"),
    ])
  func aCodeFenceHoldsTheAnswer(response: String, expected: String) {
    #expect(extractAnswer(from: response).text == expected, "\(response.debugDescription)")
  }

  @Test(
    "A displaying environment holds the answer",
    arguments: [
      ("The answer is\n\\begin{align*}\n9\n\\end{align*}", "9"), ("Answer:\n\\begin{gather}\nx = 9\n\\end{gather}", "x = 9"),
      ("The answer is:\n\\begin{equation}9\\end{equation}", "9"), ("The answer is:\n\\[\n\\begin{aligned}\n9\n\\end{aligned}\n\\]", "9"),
      ("The answer is given by\n\\begin{equation*}\n9.\n\\end{equation*}", "9"),
      ("### Answer\n\\begin{align}\n9\n\\end{align}\nThat is it.", "9"), ("The answer is\n\\begin{equation*}\n9", ""),
      ("The answer is\n\\begin{pmatrix}\n1 \\\\ 2\n\\end{pmatrix}", "\\begin{pmatrix}\n1 \\\\ 2\n\\end{pmatrix}"),
      ("The answer is $\\begin{pmatrix}\n1 \\\\ 2\n\\end{pmatrix}$.", "\\begin{pmatrix}\n1 \\\\ 2\n\\end{pmatrix}"),
      ("The answer is:\n$$\n\\begin{bmatrix} 1 \\\\ 2 \\end{bmatrix}\n$$", "\\begin{bmatrix} 1 \\\\ 2 \\end{bmatrix}"),
    ])
  func aDisplayingEnvironmentHoldsTheAnswer(response: String, expected: String) {
    #expect(extractAnswer(from: response).text == expected, "\(response.debugDescription)")
  }

  @Test(
    "Words that open an answer are none",
    arguments: [
      ("The answer is given by: 14", "14"), ("The answer is as follows: 14", "14"), ("The answer is the following: $14$", "14"),
      ("The answer is shown below:\n\n14", "14"), ("The answer is below:\n14", "14"), ("The answer is this:\n14", "14"),
      ("The answer is this: 14", "14"), ("The answer is given by the expression:\n$$14$$", "14"), ("The answer is as follows.\n\n14", "14"),
      ("The answer is the following number:\n\n**14**", "14"), ("The final answer is given below:\n```\n14\n```", "14"),
      ("Thus the answer is given by\n\\[\n14\n\\]", "14"), ("The answer is as follows:", ""), ("The answer is given by:\n", ""),
      ("The answer is the sum of both:\n14", "14"), ("The answer, as follows:\n14", ""), ("The answer is therefore given by: 14", "14"),
      ("The answer is written as:\n14", "14"),
    ])
  func wordsThatOpenAnAnswerAreNone(response: String, expected: String) {
    #expect(extractAnswer(from: response).text == expected, "\(response.debugDescription)")
  }

  @Test(
    "Display mathematics on its own lines holds the answer",
    arguments: [
      ("The final answer is:\n\n$$5$$", "5"), ("The answer is\n\\[5\\]", "5"), ("The answer is\n\\[\n5.\n\\]", "5"),
      ("Answer:\n\n$$\nx^2\n$$\n\nDone", "x^2"), ("The answer is $$\n5\n$$.", "5"),
      ("**Final Answer:**\n\\[\n\\frac{1}{2}\n\\]\nand so on", "\\frac{1}{2}"), ("## Final Answer\n\\[ 5 \\]", "5"),
      ("The answer is: \\[ 5 \\].", "5"), ("The answer is $$5", ""), ("The answer is \\[\n5", ""), ("The answer is\n$$\n$$", ""),
      ("The answer is\n\\(\n5\n\\)", "5"), ("The answer is $\n5\n$", "5"),
    ])
  func displayMathematicsOnItsOwnLinesHoldsTheAnswer(response: String, expected: String) {
    #expect(extractAnswer(from: response).text == expected, "\(response.debugDescription)")
  }

  @Test(
    "A heading comes before the answer",
    arguments: [
      ("**Answer**\n\n73", "73"), ("# Final Answer\n73", "73"), ("### Final Answer:\n\n73", "73"), ("**Final Answer:**\n73", "73"),
      ("Answer\n73", "73"), ("**Final Answer**\n\n$73$", "73"), ("**The Final Answer**\n\n73.", "73"), ("Final answer\n\n\n73", "73"),
      ("__Final Answer__\n73", "73"), ("## **Answer**\n73", "73"), ("FINAL ANSWER\n73", "73"), ("#### Final Answer\n73", "73"),
      ("**Final Answer**\n\n\\(73\\)", "73"), ("\\textbf{Final Answer}\n73", "73"), ("\\section*{Answer}\n73", "73"),
      ("**Final Answer**\r\n\r\n73", "73"), ("**Final Answer**\n\nThe answer is 73, which is prime.", "73"),
      ("**Final Answer**\n\n**73**", "73"), ("**Final Answer**\n", ""), ("We look for the answer\nand go on", ""),
      ("To find the final answer\nwe go on", ""), ("**Answer:** 4\n\n## Answer\n\nIt is good to check once more.", "4"),
      ("**Final Answer.**\n\n73", "73"), ("Final Answer\n-----\n73", "73"), ("**Final Answer**\n\n---\n\n73", "73"),
      ("\u{2705} Final Answer\n73", "73"), ("## Step 5: Final Answer\n73", "73"), ("### 4. **Final Answer**\n\n73", "73"),
    ])
  func aHeadingComesBeforeTheAnswer(response: String, expected: String) {
    #expect(extractAnswer(from: response).text == expected, "\(response.debugDescription)")
  }

  @Test(
    "A list behind a phrase is one answer",
    arguments: [
      ("The answer is:\n- 5", "5"), ("Answer:\n* $x = 3$", "x = 3"), ("Answer:\n1. 5", "5"), ("Answer:\n1. 5\n2. 6\n\nDone", "1. 5\n2. 6"),
      ("The answers are in order, so the answer is:\n- $x=1$\n- $x=2$", "- $x=1$\n- $x=2$"), ("> **Answer:** 5", "5"),
      ("- **Answer:** 5", "5"), ("*Answer:* 5", "5"), ("*Answer: 5*", "5"), ("The answer is\n\n## Explanation\nWe add.", ""),
      ("Answer:\n### 73", "73"), ("The answer is 5.\n\n#### Verification\n\nIt fits.", "5"), ("#### Paris", "Paris"),
    ])
  func aListBehindAPhraseIsOneAnswer(response: String, expected: String) {
    #expect(extractAnswer(from: response).text == expected, "\(response.debugDescription)")
  }

  @Test("What only opens an answer agrees with nobody") func whatOnlyOpensAnAnswerAgreesWithNobody() {
    func clusters(_ responses: [String]) -> [Int] { MathJudge().clusters(of: responses.map { extractAnswer(from: $0).text }, question: "") }
    #expect(clusters(["So it is:\nAnswer:\n```\n4\n```", "Answer:\n```\n9\n```", "The answer is 4.", "Answer:\n```\n"]) == [0, 1, 0, 2])
    #expect(clusters(["The answer is given by:\n4", "The answer is given by:\n9", "The answer is given by:", "4 #### 4"]) == [0, 1, 2, 0])
    #expect(
      clusters(Array(repeating: "The answer is correct.", count: 3) + ["\\boxed{?}", "\\boxed{?}", "#### ..."]) == [0, 1, 2, 3, 4, 5])
  }
}
