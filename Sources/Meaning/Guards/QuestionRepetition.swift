/// The ROUGE-L precision of an answer against a question: the length of their longest common subsequence of words over the number of
/// the answer's words; 0 for an answer without words.
///
/// Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004, section 3.1. Words are those of ``TextJudge``, articles left out.
/// Counts the first 512 words within the first 4,096 bytes of the answer and the first 2,048 words of the question, so that no answer takes more than
/// a million steps. O(n·m) in these.
public func rougeLPrecision(of answer: String, against question: String) -> Double {
  rougeLPrecision(of: firstWords(of: answer), against: TextWords.words(of: question))
}

/// The words at the beginning of an answer, as far as one is read.
private func firstWords(of answer: String) -> [String] {
  var length = 0
  let beginning = answer.unicodeScalars.prefix { scalar in
    length += TextWords.length(of: CollectionOfOne(scalar))
    return length <= TextWords.maximumLength
  }
  return TextWords.words(of: String(beginning))
}

private func rougeLPrecision(of answer: [String], against question: [String]) -> Double {
  let answer = answer.prefix(512)
  guard !answer.isEmpty else { return 0 }
  return Double(longestCommonSubsequence(of: answer, and: question.prefix(2048))) / Double(answer.count)
}

/// Whether an answer only repeats the question: its ROUGE-L precision against it exceeds `threshold`, which it does where the question
/// contains it.
///
/// The guard of the code of EMPO's authors for free-form answers, which gives such an answer no reward: a model soon finds that a piece of
/// the question is an answer on which all its samples agree. There any answer that is a substring of the question is caught, be it `3`,
/// `yes`, or the `on` of "question". Here that is true only of what a reader would call repeating: an answer of fewer than `minimumWords`
/// words isn't caught, as names and numbers that are asked about are often the right answer, nor is one that names an option which
/// the question lists (see ``ChoiceJudge``). Words are compared, not characters.
public func repeatsQuestion(_ answer: String, question: String, threshold: Double = 0.8, minimumWords: Int = 5) -> Bool {
  let words = firstWords(of: answer)
  guard words.count >= minimumWords, rougeLPrecision(of: words, against: TextWords.words(of: question)) > threshold else { return false }
  if case .options = ChoiceJudge().key(of: answer, question: question) { return false }
  return true
}

/// The length of the longest common subsequence, by the recurrence over prefixes with one row kept. O(n·m) time, O(m) space.
private func longestCommonSubsequence(of first: ArraySlice<String>, and second: ArraySlice<String>) -> Int {
  var identifiers: [String: Int] = [:]
  func identified(_ words: ArraySlice<String>) -> [Int] {
    words.map { word in
      if let known = identifiers[word] { return known }
      identifiers[word] = identifiers.count
      return identifiers.count - 1
    }
  }
  let columns = identified(second)
  var row = Array(repeating: 0, count: columns.count + 1)
  for word in identified(first) {
    var (diagonal, left) = (0, 0)
    for (index, column) in columns.enumerated() {
      let above = row[index + 1]
      left = column == word ? diagonal + 1 : max(above, left)
      row[index + 1] = left
      diagonal = above
    }
  }
  return row.last ?? 0
}
