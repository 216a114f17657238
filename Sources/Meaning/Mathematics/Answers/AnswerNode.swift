/// What a mathematical answer is built of, as it was written.
indirect enum AnswerNode: Sendable {
  /// A number or an expression.
  case scalar(Expression)
  /// Items between brackets: a tuple, a point, an interval.
  case bracketed(open: Bracket, items: [AnswerNode], close: Bracket)
  /// The members of a set in braces.
  case set([AnswerNode])
  /// Items without brackets, and how they are joined.
  case list([AnswerNode], Conjunction)
  /// Rows of equal length.
  case matrix([[AnswerNode]])
  /// Sides and the relations between them; one relation less than sides.
  case relation([AnswerNode], [Relation])
  /// The left side is an element of the right one.
  case membership(AnswerNode, AnswerNode)
  /// The values of variables, each from a domain if one is given, that fulfil a condition.
  case builder([String], domain: AnswerNode?, condition: AnswerNode)
  case union(AnswerNode, AnswerNode)
  case intersection(AnswerNode, AnswerNode)
  case without(AnswerNode, AnswerNode)
  case reals
  /// The terms of a ratio, three or more.
  case ratio([Expression])
  /// A time of the day in minutes after midnight.
  case time(minutes: Int)
  /// A day.
  case date(year: Int?, month: Int, day: Int?)
  /// Words in one spelling.
  case words(String)

  enum Bracket: Sendable, Hashable { case round, square, angle }

  /// What stands between the items of a list.
  enum Conjunction: Sendable { case comma, and, or }

  enum Relation: Sendable, Hashable { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }
}
