/// A generated question read back from its text and solved by formulas that are written down here a second time.
struct SolvedQuestion {
  let family: String
  let numbers: [Int]
  let answer: Int
  let suffix: String

  static let suffixes = [" Work it out.", " Please answer.", " Tell me."]

  init?(_ text: String) {
    let n = Self.numbers(in: text)
    numbers = n
    suffix = Self.suffixes.first(where: text.hasSuffix) ?? ""
    switch (text.contains("gives away"), text.contains(" bags "), text.contains("times as many"), text.contains(" boxes "), n.count) {
    case (true, _, _, _, 3): (family, answer) = ("gain", n[0] + n[1] - n[2])
    case (_, true, _, _, 3): (family, answer) = ("bags", n[0] + n[1] * n[2])
    case (_, _, true, _, 3): (family, answer) = ("times", n[0] * n[1] + n[2])
    case (_, _, _, true, 4): (family, answer) = ("boxes", n[0] * n[1] + n[2] * n[3])
    case (_, _, _, _, 3): (family, answer) = ("change", n[2] - n[0] * n[1])
    case (_, _, _, _, 5): (family, answer) = ("shop", n[4] - n[0] * n[2] - n[1] * n[3])
    default: return nil
    }
  }

  /// What makes two questions the same to the split.
  var key: String { "\(family)\(numbers)" }

  static func numbers(in text: String) -> [Int] {
    text.split { !$0.isNumber }.compactMap { Int($0) }
  }
}

/// A document of the corpus taken apart.
struct ParsedDocument {
  /// nil for arithmetic facts.
  let question: SolvedQuestion?
  let response: String

  init?(_ document: String) {
    guard document.hasPrefix("Q: ") else {
      question = nil
      response = document
      return
    }
    let lines = document.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 2, lines[1].hasPrefix("A:"), let question = SolvedQuestion(String(lines[0].dropFirst(3))) else { return nil }
    self.question = question
    response = String(lines[1].dropFirst(2))
  }

  var habit: String {
    if question == nil { return "facts" }
    if response.hasPrefix(" Let us think step by step.") { return boxed == nil ? "nobox" : "careful" }
    if response.hasPrefix(" Quick:") { return "sloppy" }
    return response.hasPrefix(" Hmm.") ? "ramble" : "direct"
  }

  var boxed: Int? {
    guard let start = response.firstRange(of: "\\boxed{")?.upperBound else { return nil }
    return Int(response[start...].prefix { $0.isNumber })
  }

  /// Every "x*y=r" of the response: whether its result is right.
  var equations: [(text: String, isRight: Bool)] {
    response.split(separator: " ").filter { $0.contains("=") }.map { word in
      let text = word.trimmingCharacters([".", ","])
      let numbers = SolvedQuestion.numbers(in: text)
      let exact =
        text.contains("*") ? numbers[0] * numbers[1] : text.contains("+") ? numbers[0] + numbers[1] : numbers[0] - numbers[1]
      return (text, numbers.count == 3 && exact == numbers[2])
    }
  }
}

extension Substring {
  fileprivate func trimmingCharacters(_ characters: Set<Character>) -> String {
    var text = self
    while let last = text.last, characters.contains(last) { text.removeLast() }
    return String(text)
  }
}
