/// How many options a multiple-choice question lists in its own text; 0 where it lists none. O(n).
public func listedOptionCount(in question: String) -> Int { QuestionOptions(question: question).texts.count }

/// The options that a multiple-choice question lists.
///
/// An option is a marker (`A.`, `A)`, `A:`, `(A)`, `[A]`, also in bold or in a LaTeX font: `**A.**`, `\textbf{(A)}`) with its text, and a list is
/// two or more of them with markers of one kind whose letters run on from A. Lists with every marker at the start of a line come before
/// lists within lines, whose options need a text each and whose markers can't be `A:` or a letter in bold alone. Of the former the last one counts, since a
/// prompt with worked examples ends with the question itself; of the latter the longest, since an option may speak of others
/// ("both (A) and (B)"), and of equally long ones the last.
struct QuestionOptions {
  /// The letters that count where a question lists no options: J is the last of the ten options of MMLU-Pro.
  static let usualCount = 10

  /// The options' texts, from A on; empty when the question lists none.
  let texts: [String]

  /// Finds the options that a question lists. O(n).
  init(question: String) {
    let text = ScannedText(question)
    let markers = text.optionMarkers()
    let atLineStarts = Self.lists(of: markers.filter(\.startsLine)).last { $0.count >= 2 }
    if let list = atLineStarts {
      texts = Self.texts(of: list, in: text)
      return
    }
    let lists = Self.lists(of: markers.filter { $0.kind != .colon && $0.kind != .bold }).filter { $0.count >= 2 }
    let candidates = lists.indices.sorted { (lists[$0].count, $0) > (lists[$1].count, $1) }.prefix(Self.maximumCandidates)
    texts = candidates.lazy.map { Self.texts(of: lists[$0], in: text) }.first { $0.allSatisfy { TextKey($0) != nil } } ?? []
  }

  /// The most lists within lines that are looked into, so that a long line of nothing but markers stays linear.
  private static let maximumCandidates = 4

  /// The runs of markers of one kind from A on, by where they start. A marker continues the longest run of its kind that it fits; a further
  /// A starts a new one beside it.
  private static func lists(of markers: [OptionMarker]) -> [[OptionMarker]] {
    var lists: [[OptionMarker]] = []
    /// The list of a kind, by the letter that would continue it.
    var open: [OptionMarker.Kind: [Int: Int]] = [:]
    for marker in markers {
      if marker.letter == 0 {
        lists.append([marker])
        open[marker.kind, default: [:]][1] = lists.count - 1
      } else if let list = open[marker.kind]?.removeValue(forKey: marker.letter) {
        lists[list].append(marker)
        open[marker.kind, default: [:]][marker.letter + 1] = list
      }
    }
    return lists
  }

  /// What stands between a list's markers; behind the last one, the rest of the line.
  private static func texts(of list: [OptionMarker], in text: ScannedText) -> [String] {
    list.indices.map { index in
      let start = list[index].range.upperBound
      if index + 1 < list.count { return text.string(text.withoutConjunction(start..<list[index + 1].range.lowerBound)) }
      return text.string(text.withoutOpenMathematics(start..<text.endOfLine(from: start, before: text.scalars.count)))
    }
  }
}

/// What marks an option in a question.
struct OptionMarker {
  /// What sets the letter off.
  enum Kind { case period, bracket, colon, parentheses, brackets, bold }

  var kind: Kind
  /// 0 for A.
  var letter: Int
  /// The marker with its font and emphasis.
  var range: Range<Int>
  /// Whether nothing but a bullet stands before it on its line.
  var startsLine: Bool
}

extension ScannedText {
  /// Everything that looks like the marker of an option, in order. O(n).
  fileprivate func optionMarkers() -> [OptionMarker] {
    scalars.indices.compactMap { index in
      guard let letter = scalars[index].optionLetter else { return nil }
      return optionMarker(letter, at: index)
    }
  }

  private func optionMarker(_ letter: Int, at index: Int) -> OptionMarker? {
    guard let (kind, inner) = bareMarker(at: index) else { return nil }
    let (range, isBold) = withEmphasis(inner)
    guard let kind = kind ?? (isBold ? .bold : nil) else { return nil }
    // A command ends the word before it.
    let before = scalar(at: range.lowerBound) == "\\" ? nil : scalar(at: range.lowerBound - 1)
    if let before, before.isLetterOfName || before.isASCIIDigit || "._-^{'’".unicodeScalars.contains(before) { return nil }
    // Without brackets around it a marker has a blank behind it, or emphasis.
    let isEnclosed = isBold || kind == .parentheses || kind == .brackets
    guard isEnclosed || scalar(at: range.upperBound)?.isWhiteSpace ?? true else { return nil }
    return OptionMarker(kind: kind, letter: letter, range: range, startsLine: startsLine(at: range.lowerBound))
  }

  /// The letter at `index` with the marks that set it off; the kind is nil where only emphasis may.
  private func bareMarker(at index: Int) -> (kind: OptionMarker.Kind?, range: Range<Int>)? {
    let (before, after) = (scalar(at: index - 1), scalar(at: index + 1))
    switch after {
    case ")": return before == "(" ? (.parentheses, index - 1..<index + 2) : (.bracket, index..<index + 2)
    case "]": return before == "[" ? (.brackets, index - 1..<index + 2) : nil
    case ".": return (.period, index..<index + 2)
    case ":": return (.colon, index..<index + 2)
    case "*", "}": return (nil, index..<index + 1)
    default: return nil
    }
  }

  /// `range` with the `**` or the LaTeX font around it, and a mark behind that.
  private func withEmphasis(_ range: Range<Int>) -> (range: Range<Int>, isEmphasized: Bool) {
    var (start, end) = (range.lowerBound, range.upperBound)
    if has("**", at: start - 2), has("**", at: end) {
      (start, end) = (start - 2, end + 2)
    } else if scalar(at: start - 1) == "{", let command = fontCommand(before: start - 1) {
      // The blank of `\textbf{(A) }` belongs to the marker.
      while scalar(at: end) == " " || scalar(at: end) == "\\" { end += 1 }
      guard scalar(at: end) == "}" else { return (range, false) }
      (start, end) = (command, end + 1)
    } else {
      return (range, false)
    }
    if let mark = scalar(at: end), mark == "." || mark == ":" || mark == ")" { end += 1 }
    return (start..<end, true)
  }

  /// Where the font command that ends before `index` starts.
  private func fontCommand(before index: Int) -> Int? {
    ["\\textbf", "\\text", "\\textrm", "\\mathbf", "\\mathrm", "\\bf"].map { ($0, index - $0.utf8.count) }.first { has($0, at: $1) }?.1
  }

  /// Whether at most a bullet stands before `index` on its line; a few blanks are all that is looked at.
  private func startsLine(at index: Int) -> Bool {
    var start = index
    func isBullet(_ scalar: Unicode.Scalar) -> Bool {
      !scalar.endsLine && (scalar.isWhiteSpace || "-*>•$".unicodeScalars.contains(scalar))
    }
    while start > index - 16, let before = scalar(at: start - 1), isBullet(before) { start -= 1 }
    return scalar(at: start - 1)?.endsLine ?? true
  }

  /// `range` without a `$` at its end that closes what began before it.
  fileprivate func withoutOpenMathematics(_ range: Range<Int>) -> Range<Int> {
    let range = trimmed(range)
    let isOpen = range.last.map { scalars[$0] == "$" } ?? false
    return isOpen && !range.count(where: { scalars[$0] == "$" }).isMultiple(of: 2) ? range.dropLast() : range
  }

  /// `range` without the "and" or "or" before the next option.
  fileprivate func withoutConjunction(_ range: Range<Int>) -> Range<Int> {
    let range = trimmed(range)
    for word in [" and", " or", "\nand", "\nor"] where range.count > word.utf8.count && has(word, at: range.upperBound - word.utf8.count) {
      return range.dropLast(word.utf8.count)
    }
    return range
  }
}

extension Unicode.Scalar {
  /// 0 for A to 15 for P, in upper case.
  var optionLetter: Int? { ("A"..."P").contains(self) ? Int(value) - 65 : nil }
}
