/// The right answer that a label gives, trimmed; empty where it gives none.
///
/// Labels come bare (`5`, `x = 3`), in the form that a response is asked for (`\boxed{5}`, `The answer is 5.`) or at the end of a worked
/// solution (`… #### 5`). What a label states is found as in a response, by ``extractAnswer(from:options:)`` without a fallback; a label that
/// states nothing is the answer itself, by ``wholeAnswer(from:)``. A box or a phrase around nothing (`\boxed{}`, `The answer is`) and a
/// placeholder are empty.
public func labelledAnswer(in label: String) -> String {
  let stated = extractAnswer(from: label)
  if stated.rule != .none { return stated.text }
  let bare = wholeAnswer(from: label)
  return lacksAnswer(bare) ? "" : bare
}

/// Whether a label, in which no answer was found, opens one that is missing.
private func lacksAnswer(_ label: String) -> Bool {
  if label.contains("\\boxed") || label.contains("\\fbox") || label.hasSuffix("####") { return true }
  // A phrase that lacks its answer has one when a number is added.
  return extractAnswer(from: label + " 1") == ExtractedAnswer(text: "1", rule: .phrase)
}
