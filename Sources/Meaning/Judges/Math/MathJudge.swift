/// Takes answers for the same iff they are the same mathematically, by one key an answer.
///
/// An answer is read as LaTeX or plain notation and brought to one form for each meaning (``Canonicalizer`` says by which conventions), so
/// equality is an equivalence relation and a group is clustered with one look-up an answer. Whole numbers and short decimals are exact, any
/// other number is certain to ``Options/roundingDigits``: a decimal of ten digits equals the number it was rounded from, one of three digits
/// doesn't. Expressions with variables are compared by their values at fixed points (``SampleGrid``), which have every sign pattern and every
/// order of up to five variables and are the same whatever these are called. What can't be read is compared as text, as ``ExactJudge`` does.
///
/// Units, degree signs, currencies and the words that say what is counted are dropped beside a number, as is the name that a value is
/// given, so `3 cm`, `3` and `x = 3` are the same. It follows that `3 cm` and `3 m` are, and `x = 3` and `y = 3`: a relation that tells
/// those apart and yet takes both for 3 would not be transitive.
///
/// Time, depth and digits are bounded: no answer takes longer than a few milliseconds.
public struct MathJudge: KeyedJudge {
  /// How answers are compared.
  public struct Options: Sendable, Equatable {
    /// The significant digits to which a number is rounded that is neither whole nor a short decimal.
    ///
    /// The paper's code leaves it at Math-Verify's default of six digits behind the point; the default of 7 is the same for numbers from 1 to
    /// 10, and as strict for all others.
    public var roundingDigits: Int

    /// The least and the most digits that can be asked for.
    public static let roundingDigitsRange = 2...11

    /// Creates options.
    public init(roundingDigits: Int = 7) {
      self.roundingDigits = roundingDigits
    }
  }

  /// How answers are compared.
  public let options: Options

  private let values: ValueOptions

  /// Creates a judge; the digits must lie in their range.
  public init(options: Options = Options()) {
    precondition(Options.roundingDigitsRange.contains(options.roundingDigits), "so many digits can't be told")
    self.options = options
    values = ValueOptions(roundingDigits: options.roundingDigits)
  }

  /// What the answer means; the question doesn't matter.
  public func key(of answer: String, question: String) -> MathKey? { read(answer)?.key }

  /// Words against words are `text`, anything else `numeric`; ``verdict(on:and:question:)`` knows better.
  public func basis(of first: MathKey, and second: MathKey) -> Verdict.Basis {
    first.isWords && second.isWords ? .text : .numeric
  }

  /// Compares two keys, and tells whether what they show is proven.
  public func verdict(on first: String, and second: String, question: String) -> Verdict {
    guard let a = read(first), let b = read(second) else { return Verdict(isEquivalent: false, basis: .empty) }
    let isEquivalent = a.key == b.key
    if a.key.isWords || b.key.isWords { return Verdict(isEquivalent: isEquivalent, basis: .text) }
    guard let proof = a.proof, let other = b.proof, !isEquivalent || proof == other else {
      return Verdict(isEquivalent: isEquivalent, basis: .numeric)
    }
    return Verdict(isEquivalent: isEquivalent, basis: .exact)
  }

  /// An answer's key and the expressions that it was made of.
  private struct Reading {
    var key: MathKey
    var scalars: [Expression] = []
    var hasRelations = false

    /// What is exact of every expression; nil where one has nothing exact, or a relation takes part.
    var proof: Set<Fingerprint>? {
      guard !hasRelations else { return nil }
      var proof: Set<Fingerprint> = []
      for scalar in scalars {
        guard let fingerprint = scalar.fingerprint() else { return nil }
        proof.insert(fingerprint)
      }
      return proof
    }
  }

  /// The longest answer, in bytes, that is taken for mathematics.
  private static let maximumLength = 1024

  /// What a quoted answer begins with, or a blank before it.
  private static let quotes: Set<Unicode.Scalar> = ["\"", "'", "“", "‘", "„", "«", "`", " ", "\n"]

  private func read(_ text: String) -> Reading? {
    let answer = text.unicodeScalars.first.map(Self.quotes.contains) == true ? String(text.unquoted) : text
    if answer.utf8.count <= Self.maximumLength {
      let lexemes = MathLexer.lexemes(of: answer)
      if let node = MathParser.node(of: lexemes) {
        var canonicalizer = Canonicalizer(options: values)
        if let form = canonicalizer.form(of: node) {
          return Reading(key: MathKey(form: form), scalars: canonicalizer.scalars, hasRelations: canonicalizer.hasRelations)
        }
      }
    }
    return AnswerKey.text(of: answer).map { Reading(key: MathKey(form: .words(Self.withoutParentheses($0)))) }
  }

  /// Words without parentheses around all of them; with a comma in them they may be parts of a tuple.
  private static func withoutParentheses(_ text: String) -> String {
    guard text.hasPrefix("("), text.hasSuffix(")"), !text.contains(",") else { return text }
    let inner = text.dropFirst().dropLast()
    guard !inner.isEmpty, !inner.contains("("), !inner.contains(")") else { return text }
    return inner.trimmingPrefix(" ").isEmpty ? text : String(inner)
  }
}
