import Meaning
import Testing

@Suite struct AnswerPhraseTests {
  @Test(
    "Last phrase wins",
    arguments: [
      ("The answer is 5.", "5"),
      ("The answer is 3.5. And so on.", "3.5"),
      ("The answer is .5", ".5"),
      ("the answer is: $\\frac{1}{2}$.", "\\frac{1}{2}"),
      ("The answer is $$7$$", "7"),
      ("The answer is \\(5\\).", "5"),
      ("The answer is **5**.", "5"),
      ("**The answer is 5.** I checked it.", "5"),
      ("Therefore, **the answer is $5$.**", "5"),
      ("The answer is $1$ and $2$.", "$1$ and $2$"),
      ("The answer is \\$5.", "\\$5"),
      ("The answer is $\\$5$.", "\\$5"),
      ("The answer is \\left\\{ x > 1 \\right. and so on", "\\left\\{ x > 1 \\right. and so on"),
      ("The answer is 1, 2, ... and on. Yes", "1, 2, ... and on"),
      ("The answer is\n\n  42\nBye", "42"),
      ("THE ANSWER IS 6", "6"),
      ("Answer: 5", "5"),
      ("ANSWER: **350**", "350"),
      ("answer : 5", "5"),
      ("Answer:5", "5"),
      ("Answer:**5**", "5"),
      ("**Answer:** 5", "5"),
      ("**Answer:**5", "5"),
      ("**Answer: 5**", "5"),
      ("**Final Answer**: **990**", "990"),
      ("**Final Answer:**\n\n$990$\n", "990"),
      ("Final answer:\n3, 5, 7", "3, 5, 7"),
      ("### Final answer\n\n\\(99956\\)", "99956"),
      ("### Final answer\r\n\r\n7\r\nmore", "7"),
      ("### **Final Answer**\n7", "7"),
      ("#### 5", "5"),
      ("so\n####5 \nthen", "5"),
      ("#### 3. Then", "3. Then"),
      ("<answer>\n392\n</answer>", "392"),
      ("<answer>$12.5$</answer>", "12.5"),
      ("<ANSWER>7</Answer>", "7"),
      ("<answer>1</answer> <answer>2</answer>", "2"),
      ("<answer>1</answer> <answer>2", "1"),
      ("<answer>Answer: 5</answer>", "5"),
      ("The answer is 1.\n#### 2\n<answer>3</answer>", "3"),
      ("<answer>3</answer>\nThe answer is 1.", "1"),
      ("Final Answer: The final answer is $5$. I hope it is correct.", "5"),
      ("The answer is 5. Answer:", "5"),
      ("答案。 The answer is 五。", "五。"),
      ("The answer is 5.\u{2003}Next", "5"),
    ])
  func lastPhraseWins(response: String, expected: String) {
    #expect(extractAnswer(from: response) == ExtractedAnswer(text: expected, rule: .phrase))
  }

  @Test(
    "No phrase or no substance is no answer",
    arguments: [
      "This needs more work.", "To answer the question, we go on.", "The answer isn't 5", "The answer isomorphic", "reanswer: 5",
      "answers: 5", "<answer>5", "5</answer>", "</answer>5<answer>", "<answer> </answer>", "##### 5", "### 5", "####",
      "#### \n5", "The answer is", "Answer:", "The answer is $$", "The answer is **.", "The answer is \\[", "Final answer",
      "### Answers\n5",
      "Answer:\nAnswer:\nAnswer:\n", "Answer: Answer: Answer:", "The final answer is the final answer is the final answer is",
    ])
  func noPhraseOrNoSubstanceIsNoAnswer(response: String) {
    #expect(extractAnswer(from: response) == ExtractedAnswer.none)
  }
}
