import Meaning
import Testing

@Suite("Verdicts of the mathematical judge whatever variables are called")
struct MathRenamingTests {
  /// Letters that may stand side by side in a product: `e` and `i` are numbers, `o` and `u` make words.
  private static let letters = "abcdfghjklmnpqrstvwxyz".map(String.init)

  /// Two answers in two variables, and whether they mean the same.
  private static let forms: [(String, String, Bool)] = [
    ("|①②|", "①②", false), ("|①②|", "|①||②|", true), ("|①②|", "|②①|", true), (#"\frac{|①②|}{2}"#, #"\frac{①②}{2}"#, false),
    (#"\frac{|①②|}{2}"#, #"\left|\frac{②①}{2}\right|"#, true), ("|①+②|", "|①|+|②|", false), ("|①+②|", "|②+①|", true),
    ("|①-②|", "①-②", false), ("|①-②|", "②-①", false), ("|①-②|", "|②-①|", true), ("|①-②|", "|①|-|②|", false),
    ("||①|-|②||", "||②|-|①||", true), ("||①|-|②||", "|①-②|", false), (#"\sqrt{①^2②^2}"#, "①②", false), (#"\sqrt{①^2②^2}"#, "|①②|", true),
    (#"\sqrt{①^2}"#, "①", false), (#"\sqrt{①^2}"#, "|①|", true), (#"\sqrt{(①+②)^2}"#, "①+②", false), (#"\sqrt{(①+②)^2}"#, "|①+②|", true),
    (#"\max(①,②)"#, "②", false), (#"\max(①,②)"#, "①", false), (#"\max(①,②)"#, #"\max(②,①)"#, true), (#"\min(①,②)"#, "①", false),
    (#"\max(①,②)"#, #"\frac{①+②+|①-②|}{2}"#, true), (#"\min(①,②)"#, #"\frac{①+②-|①-②|}{2}"#, true),
    (#"\max(①,②)+\min(①,②)"#, "①+②", true), (#"\max(①,②)-\min(①,②)"#, "|①-②|", true), (#"\max(①,②)-\min(①,②)"#, "①-②", false),
    ("①^2②", "②①^2", true), ("①^2②", "①②^2", false), ("①②", "②①", true), ("①-②", "②-①", false), (#"\frac{①}{②}"#, #"\frac{②}{①}"#, false),
    ("(①+②)^2", "①^2+2①②+②^2", true), ("(①-②)(①+②)", "①^2-②^2", true), ("(①+②)^2", "①^2+②^2", false),
    (#"\frac{①^2-②^2}{①-②}"#, "①+②", true), (#"\frac{2①+2②}{2}"#, "②+①", true), ("①-①+②", "②", true), ("①-①+②", "①", false),
    (#"\frac{①}{①}+②"#, "②+1", true), ("①|②|", "②|①|", false), ("①|②|", "|①②|", false), ("①|①|②", "①^2②", false),
    (#"\sin(①+②)"#, #"\sin ①\cos ②+\cos ①\sin ②"#, true), (#"2^{①+②}"#, #"2^{①}2^{②}"#, true), (#"\sqrt{①}\sqrt{②}"#, #"\sqrt{①②}"#, false),
    (#"\sqrt[3]{①②}"#, #"\sqrt[3]{①}\sqrt[3]{②}"#, true), (#"\lfloor ①+②\rfloor"#, #"\lfloor ①\rfloor+\lfloor ②\rfloor"#, false),
    (#"\lfloor ①+②+1\rfloor"#, #"\lfloor ②+①\rfloor+1"#, true), (#"\sqrt{(①-②-100)^2}"#, "100-①+②", false),
    (#"\max(①②,①^2②^2)"#, "①^2②^2", false), (#"\lfloor ①+②\rfloor"#, #"\lceil ①+②\rceil-1"#, false), ("①②=0", "①=0", false),
    ("①^2+②^2=4", "8=2①^2+2②^2", true), ("①-②=1", "②-①=-1", true), ("①<②", "②>①", true), ("①<②", "①>②", false),
    ("|①|<|②|", "①<②", false), ("(①,②)", "(②,①)", false), (#"\{①,②\}"#, #"\{②,①\}"#, true),
  ]

  @Test("All 462 ordered pairs of letters agree", arguments: forms)
  func allPairsOfLetters(_ first: String, _ second: String, isEquivalent: Bool) {
    let judge = MathJudge()
    for one in Self.letters {
      for other in Self.letters where other != one {
        let answers = [first, second].map { $0.replacing("①", with: one).replacing("②", with: other) }
        let keys = answers.map { judge.key(of: $0, question: "") }
        #expect((keys[0] == keys[1]) == isEquivalent, "\(answers)")
      }
    }
  }

  @Test(
    "Three variables and more agree in any order",
    arguments: [
      ("|①②③|", "①②③", false), (#"\max(①,②,③)"#, "③", false), (#"\max(①,②,③)"#, #"\max(③,\max(①,②))"#, true),
      ("|①-②|+|②-③|", "|①-③|", false), ("①②+②③", "②(①+③)", true), ("①+②-②+③", "③+①", true), ("|①+②+③|", "①+②+③", false),
      ("|①②③④|", "①②③④", false), (#"\max(①,②,③,④)"#, #"\max(\max(①,②),\max(③,④))"#, true), (#"\max(①,②,③,④)"#, #"\max(①,②,③)"#, false),
      ("①④-②③", "②③-①④", false), ("|①④-②③|", "|②③-①④|", true),
    ])
  func severalVariables(_ first: String, _ second: String, isEquivalent: Bool) {
    let judge = MathJudge()
    for names in [["x", "y", "z", "w"], ["w", "z", "y", "x"], ["q", "a", "m", "b"], ["t", "c", "r", "d"], ["b", "d", "a", "c"]] {
      let answers = [first, second].map { answer in
        zip("①②③④", names).reduce(answer) { $0.replacing(String($1.0), with: " \($1.1) ") }
      }
      #expect(judge.isEqual(answers[0], answers[1]) == isEquivalent, "\(answers)")
    }
  }

  @Test("Many variables are told apart", arguments: [5, 6, 9, 20])
  func manyVariables(_ count: Int) {
    let judge = MathJudge()
    let names = (1...count).map { "a_{\($0)}" }
    let (product, sum) = (names.joined(separator: " "), names.joined(separator: "+"))
    #expect(!judge.isEqual("|\(product)|", product) && judge.isEqual("|\(product)|", names.map { "|\($0)|" }.joined()))
    #expect(!judge.isEqual("|\(sum)|", sum) && judge.isEqual(sum, names.reversed().joined(separator: "+")))
    #expect(!judge.isEqual(#"\max(\#(names.joined(separator: ",")))"#, names[0]))
  }
}
