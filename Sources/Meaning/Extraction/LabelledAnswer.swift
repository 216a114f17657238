/// The right answer that a label gives, trimmed; empty where it gives none.
///
/// Labels come bare (`5`, `x = 3`), in the form that a response is asked for (`\boxed{5}`, `The answer is 5.`) or at the end of a worked
/// solution (`… #### 5`). What a label states is found as in a response, by ``extractAnswer(from:options:)`` without a fallback; a label that
/// states nothing is the answer itself. A box or a phrase around nothing (`\boxed{}`, `The answer is`) and a placeholder are empty.
public func labelledAnswer(in label: String) -> String {
  let stated = extractAnswer(from: label)
  if stated.rule != .none { return stated.text }
  let bare = label.trimmingWhitespace
  return statesNothing(bare) ? "" : bare
}

/// Whether a label, in which no answer was found, opens one that is missing, or would be no answer in a response.
private func statesNothing(_ label: String) -> Bool {
  guard !label.isEmpty else { return true }
  if label.contains("\\boxed") || label.contains("\\fbox") || label.hasSuffix("####") { return true }
  // A phrase that lacks its answer has one when a number is added.
  if extractAnswer(from: label + " 1") == ExtractedAnswer(text: "1", rule: .phrase) { return true }
  // Either form around a real answer is an answer: the box needs balanced braces, the phrase a single line.
  return extractAnswer(from: "\\boxed{\(label)}").rule == .none && extractAnswer(from: "#### \(label)").rule == .none
}

extension String {
  /// Without white space around it.
  fileprivate var trimmingWhitespace: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(self[first...last])
  }
}
