/// Why a regular expression is refused.
struct ExpressionError: Error {
  /// Where, in characters from the beginning, counted from 1.
  var position: Int

  /// The fault.
  var problem: String
}
