/// A lexical unit of a mathematical answer, whichever notation it was written in: what only changes the appearance is gone.
enum MathToken: Hashable, Sendable {
  /// The value of a decimal digit.
  case digit(UInt8)
  /// A single letter, or a command that is one.
  case letter(String)
  /// Two letters or more in a row outside of text: a product, a word or a name.
  case run(String)
  /// A word of a text, or a word known as one, in lower case; a single letter in `\text{}` is a word too.
  case word(String)
  case function(Expression.Function)
  case constant(Expression.Constant)
  /// A logarithm, whose base may follow as a subscript.
  case logarithm
  case squareRoot, cubeRoot, fraction, binomial, overline
  /// A determinant's name, and the sign of a sum or product over an index.
  case determinant
  case series(Series.Kind)
  /// The infix commands `\over` and `\choose`.
  case over, choose
  case symbol(Symbol)
  case begin(Environment)
  case end(Environment)
  /// A command that stands for an object, not for a number: an angle, a triangle.
  case object
  /// A command without a known meaning.
  case unknown

  /// An operator, a relation or a delimiter.
  enum Symbol: UInt8, Sendable {
    case plus, minus, plusMinus, minusPlus, times, divide, colon, caret, underscore
    case exclamation, percent, degree, prime, period, ellipsis
    case openParenthesis, closeParenthesis, openBracket, closeBracket, openAngle, closeAngle
    /// TeX's grouping braces.
    case openBrace, closeBrace
    /// The braces of a set.
    case openSet, closeSet
    case bar, openBar, closeBar, openFloor, closeFloor, openCeiling, closeCeiling
    case comma, semicolon, ampersand, newRow
    /// A comma in `1{,}234` or `1,\!234`, which parts nothing but digits.
    case digitComma
    case equal, approximately, notEqual, less, lessOrEqual, greater, greaterOrEqual
    case element, union, intersection, without
    case emptySet, reals
    /// The sign behind a caret that transposes.
    case transpose
    case and, or
  }

  /// What a LaTeX environment holds.
  enum Environment: Sendable { case matrix, determinant, rows }
}

/// A token and whether white space stands before it.
struct Lexeme: Hashable, Sendable {
  var token: MathToken
  var isSpaced: Bool
}
