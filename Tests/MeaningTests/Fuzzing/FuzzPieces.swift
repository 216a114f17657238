/// What fuzzed texts are made of.
enum FuzzPieces {
  /// Answers of every form that the judges know, and some that are almost of one: material for mutations.
  static let answers: [String] = [
    "42", "-17", "1,234,567", "1{,}234", "0.5", ".333", "3.14159265358979", "1/2", #"\frac{1}{2}"#, #"\dfrac12"#, #"\frac{-3}{7}"#,
    #"1\frac{1}{2}"#, "7 1/7", "50%", #"50\%"#, #"\$9354"#, "$12.50", "6.5e-2", "1.2E+10", #"3\times10^{8}"#, #"2 \cdot 10^{-3}"#,
    "0.(142857)", #"0.\overline{3}"#, #"0.1\dot{6}"#, "353_8", "2024_{5}", "(101)_2", #"\sqrt{2}"#, #"\sqrt[3]{54}"#, #"2\sqrt{3}+\sqrt2"#,
    #"\sqrt{3+2\sqrt{2}}"#, #"\frac{1}{\sqrt{2}-1}"#, #"\frac{\sqrt{6}-\sqrt{2}}{4}"#, #"\pi"#, #"\frac{3\pi}{4}"#, "2e", "e^{2}",
    #"\ln 2"#, #"\log_2 8"#, #"\log_{10}{100}"#, #"\sin\frac{\pi}{6}"#, #"\cos 60^\circ"#, #"\tan^2 x"#, #"\arctan(1)"#, "5!", "(n+1)!",
    #"\binom{10}{3}"#, #"\dbinom{n}{k}"#, "|x-3|", #"\left|-5\right|"#, #"\lfloor 2.5 \rfloor"#, #"\lceil \pi \rceil"#, "90^\\circ",
    #"45^{\circ}"#, "5 cm", #"12\text{ cm}^2"#, #"60\mathrm{~km/h}"#, "3 hours", "x=3", "y = 2x + 1", "f(x)=x^2", "x = -5, y = 9",
    "x^2+2x+1", "(x+1)^2", "(q+p)^2", "a^3-b^3", "(a-b)(a^2+ab+b^2)", "3x^2y - 2xy^2 + 7", #"\frac{x^2-1}{x-1}"#, "2^{10}", "8^{k+1}",
    "x^{-2}", "e^{x+1}", "x^{1/2}", "i", "3+4i", "(2-i)(1+3i)", #"e^{i\pi}"#, #"1 \pm \sqrt{5}"#, #"\frac{-b\pm\sqrt{b^2-4ac}}{2a}"#,
    "(1,2)", "[0, 1)", "(-\\infty, 3]", #"(-\infty,-1)\cup(2,\infty)"#, #"\{1,2,3\}"#, #"\left\{ -1, \frac12 \right\}"#, #"\emptyset"#,
    "1, 2, 3", "1 and 2", "2 or -3", #"(3, \frac{\pi}{2})"#, #"\mathbb{R}"#, #"\mathbb{R}\setminus\{0\}"#, "x>3", #"x \le -2"#,
    #"-1 < x \leq 4"#, #"x \neq 0"#, #"x \in [0,2)"#, #"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}"#,
    #"\begin{bmatrix}x\\y\end{bmatrix}"#, #"2\begin{pmatrix}1\\[2pt]2\end{pmatrix}-t\begin{pmatrix}x\\4\end{pmatrix}"#,
    #"\begin{pmatrix}a&1\\2&b\end{pmatrix}^{-1}"#, #"\begin{pmatrix}1&2\\3&4\end{pmatrix}^{12}"#, #"\begin{vmatrix}1&x\\3&4\end{vmatrix}"#,
    #"\det\left(\begin{array}{cc}1&2\\3&4\end{array}\right)"#, #"\begin{pmatrix}1&2\end{pmatrix}^T"#, "(1,2)+t(3,4)",
    #"\{x \mid x^2 - 3x \ge 4\}"#, #"\{x \in \mathbb{R} : |x| < 3\}"#, #"\sum_{k=1}^{10} k^2"#, #"\sum_{k=1}^n k x^k"#,
    #"\prod_{k=1}^{20} (2k-1)"#,
    #"\sum_{i=1}^{n} \sum_{j=1}^{i} 2^j"#, "((1,2))", "(A)", "B", "C) 12", #"\text{(D)}"#, "Option E", #"\text{Yes}"#, "no", "True", "DNE",
    "undefined",
    "Monday", "3:30 pm", "15:30", "2024-02-29", "March 5, 1999", "twelve", "the Great Wall", "New York", "x^2 + y^2 = 36", "2:3",
    "3 : 4 : 5",
    #"\boxed{42}"#, #"$\frac{1}{2}$"#, #"\(7\)"#, #"\[x=1\]"#, #"\textbf{12}"#, #"\left(\frac{1}{2},-3\right)"#, "12 \\text{ or } 13",
    #"\overline{AB}"#, #"\vec{v}"#, #"\angle ABC"#, "10^{10^{10}}", "9^{9^{9^{9}}}", "100!", "2^{1000}", "√2", "½", "2²", "π/4", "∞", "±3",
    "−5", "1 234 567", "３．５", "x₁", "\u{2460}", "",
  ]

  /// Tokens for soup, from LaTeX, from plain text, from what the extraction looks for.
  static let tokens: [String] = [
    "{", "}", "{", "}", "(", ")", "[", "]", "\\{", "\\}", "\\left", "\\right", "|", "\\|", "\\lfloor", "\\rfloor", "\\lceil", "\\rceil",
    "\\langle",
    "\\frac", "\\dfrac", "\\tfrac", "\\cfrac", "\\sqrt", "\\sqrt[", "\\binom", "\\over", "\\choose", "^", "^{", "_", "_{", "!", "!!", "%",
    "\\%",
    "$", "$$", "\\$", "\\(", "\\)", "\\[", "\\]", "+", "-", "*", "/", "\\cdot", "\\times", "\\div", "\\pm", "\\mp", "=", "<", ">", "\\le",
    "\\ge",
    "\\leq", "\\geq", "\\ne", "\\neq", "\\approx", "\\equiv", "\\in", "\\cup", "\\cap", "\\setminus", "\\infty", "\\pi", "\\theta",
    "\\alpha",
    "\\sin", "\\cos", "\\tan", "\\cot", "\\sec", "\\csc", "\\arcsin", "\\arctan", "\\sin^{-1}", "\\ln", "\\log", "\\log_", "\\exp", "\\gcd",
    "\\max", "\\sum", "\\sum_{k=1}^", "\\prod_{i=0}^{9}", "\\det", "\\mid ", "^T", "^{-1}", "\\{x|", "\\begin{vmatrix}", "\\end{vmatrix}",
    "\\text{", "\\mathrm{", "\\mathbf{", "\\mathbb{", "\\textbf{", "\\operatorname{", "\\overline{", "\\dot{", "\\vec{", "\\boxed{",
    "\\boxed",
    "\\fbox{", "\\begin{pmatrix}", "\\end{pmatrix}", "\\begin{cases}", "\\end{cases}", "\\begin{", "\\end{", "&", "\\\\", "\\", "\\,",
    "\\!", "\\;",
    "\\quad", "~", "\\displaystyle", "\\circ", "^\\circ", "\\degree", "\\ldots", "...", "\\prime", "'", "\"", "`", ",", ".", ";", ":", "?",
    "@", "#",
    "0", "1", "2", "3", "7", "9", "10", "12", "60", "100", "999", "000", "0.5", ".5", "5.", "1e9", "e-7", "1e400", "E", "e", "i", "x", "y",
    "z", "n",
    "a", "b", "k", "t", "A", "B", "C", "D", "E)", "f(x)", " ", " ", "  ", "\n", "\r\n", "\t", "\u{0}", "\u{7F}", "\u{A0}", "\u{2009}",
    "\u{200B}",
    "\u{202E}", "\u{FEFF}", "\u{FFFD}", "\u{0301}", "\u{20E3}", "é", "π", "√", "∞", "²", "½", "−", "–", "×", "÷", "≤", "≠", "∪", "°", "五",
    "٣", "👩‍👩‍👧",
    "\u{10FFFF}", "and", " or ", "yes", "no", "true", "none", "cm", "km/h", "kg", "hours", "dollars", "percent", "degrees", "pm", "Jan",
    "the ",
    "answer", "The answer is ", "Answer: ", "**", "####", "#### ", "<answer>", "</answer>", "final answer", "Final Answer:", "### ",
    "\\boxed {", "\\boxed 5", "```", "```text\n", "~~~", "\\begin{equation*}", "\\end{equation*}", "\\begin{align}", "\\end{align}",
    "<think>",
    "</think>", "[THINK]", "## Answer\n", "Final Answer\n", "The answer must be ", "the answer is correct", "answer is not ", "given by:\n",
    "as follows:\n", ", which ", ", since ", " because ", " (five)", "; so ", " - a ", "\\phantom{", "\\square", "____", "answer to ",
    "\n- ",
    "\u{FDFA}", "_", "\u{3164}",
  ]

  /// What can be nested: before, and after.
  static let nestings: [(open: String, close: String)] = [
    ("{", "}"), ("(", ")"), ("[", "]"), ("\\{", "\\}"), ("\\left(", "\\right)"), ("|", "|"), ("\\frac{1}{", "}"), ("\\frac{", "}{2}"),
    ("\\sqrt{", "}"), ("\\sqrt[3]{", "}"), ("2^{", "}"), ("9^", ""), ("x_{", "}"), ("-", ""), ("-(", ")"), ("1+(", ")"), ("2(", ")"),
    ("\\text{", "}"), ("\\boxed{", "}"), ("$", "$"), ("**", "**"), ("\\sin(", ")"), ("\\ln ", ""), ("\\lfloor ", "\\rfloor "), ("", "!"),
    ("", "%"), ("", "^2"), ("\\binom{", "}{2}"), ("\\begin{pmatrix}", "\\end{pmatrix}"), ("\\begin{vmatrix}", "\\end{vmatrix}"),
    ("\\sum_{k=1}^{", "} k"), ("\\sum_{k=1}^9 ", ""), ("\\{x|", "\\}"), ("\\det\\begin{pmatrix}", "\\end{pmatrix}"), ("\\{1,", "\\}"),
    ("(1,", ")"), ("1/(", ")"),
    ("<answer>", "</answer>"), ("\\overline{", "}"), ("x=", ""), ("1<", ""), ("\\cup", ""), ("\\not", ""), ("\\log_{", "}2"),
  ]

  /// What can be repeated.
  static let repeated: [String] = [
    "9", "0", "1,", "1+", "x+", "xy", "1 ", ".", "..", "1.", "\\", "{", "}", "(", ")", "[", "$", "^", "_", "!", "-", "/", "\\frac",
    "\\sqrt", "\\pm 1",
    "(x+1)", "x^2+", "2^2^", "\\cup[0,1]", "1,2;", "&", "\\\\", "\\boxed{", "answer is ", "a\n", "\u{0301}", "\u{200D}", "999,", "12:",
    "and ",
    "1/2+", "\\sqrt2+", "ab", "<", "=", "\\text{a}", "e", "i", "%", "\\pi", "5!", "\\infty-", "0.1", "#### ", "<answer>", "**",
    "```", "$$", "\\[", "\\(", "answer to ", "answer:\n", "answer is not ", "\\boxed 5", "\\boxed{\\boxed{?}", "\\phantom{}", "\u{FDFA}",
    "½",
    ", which ", " (five) ", "- 5\n", "answer is\n```\n", "\\{",
  ]
}
