import Meaning
import Testing

@Suite struct BoxedAnswerTests {
  @Test(
    "Last complete box wins",
    arguments: [
      (#"So $\boxed{42}$."#, "42"),
      (#"\boxed{1} then \boxed{2}"#, "2"),
      (#"\boxed{ \frac{1}{2} }"#, #"\frac{1}{2}"#),
      ("\\boxed \t\n{7}", "7"),
      ("\\boxed\u{00A0}{7}", "7"),
      ("\\boxed{\u{3000}8\u{00A0}}", "8"),
      (#"\boxed{x = \boxed{67}}"#, "67"),
      (#"\boxed{3 \boxed{4}"#, "4"),
      (#"\boxed{3} \boxed{4"#, "3"),
      (#"\boxed{3} \boxed{ }"#, "3"),
      (#"\boxed{91 \}}"#, #"91 \}"#),
      (#"\boxed{\{ 24}"#, #"\{ 24"#),
      (#"\boxed{a \\}"#, #"a \\"#),
      (#"\boxed{a \\{b}}"#, #"a \\{b}"#),
      (#"\\boxed{5}"#, "5"),
      (#"}}} \boxed{5} }"#, "5"),
      (#"{{{ \boxed{5}"#, "5"),
      (#"The answer is 3. \boxed{5} Answer: 4"#, "5"),
      ("\\boxed{\r\n5\r\n}", "5"),
      (#"\fbox{7}"#, "7"),
      (#"\fbox {$\frac{1}{2}$}"#, #"$\frac{1}{2}$"#),
      (#"\boxed{1} \fbox{2}"#, "2"),
      (#"\fbox{1} \boxed{2} \fbox{"#, "2"),
      (#"\fbox{\boxed{3}}"#, "3"),
      (#"\\fbox{3}"#, "3"),
      // A list of boxes is one answer.
      (#"are \(\boxed{\frac32}\) and \(\boxed{2}\)."#, #"\frac32, 2"#),
      (#"$x=\boxed{1}$, $\boxed{2}$ or $\boxed{3}$"#, "1, 2, 3"),
      (#"\boxed{1}\text{ and }\boxed{1}"#, "1"),
      (#"\boxed{1}, \boxed{?}"#, "1"),
      (#"\boxed{1}, so it is \boxed{2}"#, "2"),
      ("\\boxed{1},\n\\boxed{2}", "2"),
      (#"$x = \boxed{1}$ and $y = \boxed{2}$"#, "2"),
      ("\\boxed{e\u{0301}}", "e\u{0301}"),
      ("\\boxed{x\u{0301}}", "x\u{0301}"),
    ])
  func lastCompleteBoxWins(response: String, expected: String) {
    #expect(extractAnswer(from: response) == ExtractedAnswer(text: expected, rule: .boxed))
  }

  @Test(
    "Incomplete or blank boxes are no answer",
    arguments: [
      "", " ", #"\boxed"#, #"\boxed{"#, #"\boxed{}"#, #"\boxed{ }"#, #"\boxed{5"#, #"\boxed{{5}"#, #"\boxed\{5\}"#,
      #"\box{5}"#,
      #"\boxedtext{5}"#, #"\boxed{5\}"#, #"\fbox"#, #"\fbox{5"#, #"\Fbox{5}"#, #"\BOXED{5}"#,
      #"\mfbox{5}"#, "\\", "{", "}", "\\\\",
    ])
  func incompleteOrBlankBoxesAreNoAnswer(response: String) {
    #expect(extractAnswer(from: response) == ExtractedAnswer.none)
  }
}
