extension WordProblems {
  /// The pieces that every generated text is made of, sorted: words with the space before them, punctuation, single digits, the space
  /// and the line end.
  ///
  /// They are the pre-tokens of a byte-level tokenizer that first splits off every digit and then applies GPT-2's pattern; a
  /// tokenizer with one token for each reads and writes one token a word or digit.
  public static let vocabulary: [String] = Set(everyPhrase().flatMap(pieces(of:))).sorted()

  /// Splits an ASCII text without apostrophes as a byte-level tokenizer does: digits one by one, then GPT-2's pattern
  /// ` ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+` between them.
  package static func pieces(of text: String) -> [String] {
    var pieces: [String] = []
    var rest = text[...]
    while let first = rest.first {
      var end = rest.index(after: rest.startIndex)
      if !first.isNumber {
        // A space belongs to the word or punctuation behind it, but not to a digit.
        var kind = Kind(first)
        if first == " ", end < rest.endIndex, Kind(rest[end]) != .space, !rest[end].isNumber {
          kind = Kind(rest[end])
        }
        if kind != .space {
          end = rest[end...].firstIndex { Kind($0) != kind } ?? rest.endIndex
        }
      }
      pieces.append(String(rest[..<end]))
      rest = rest[end...]
    }
    return pieces
  }

  private enum Kind {
    case letter, digit, space, other

    init(_ character: Character) {
      self = character.isLetter ? .letter : character.isNumber ? .digit : character.isWhitespace ? .space : .other
    }
  }

  /// Texts that between them hold every word of every document, question and answer.
  private static func everyPhrase() -> [String] {
    let casts = Cast.names.indices.map { index in
      let next = (index + 1) % Cast.names.count
      return Cast(name: index, otherName: next, thing: index, otherThing: next)
    }
    var random = RandomWords(seed: 0, purpose: .pretraining, index: 0)
    let problems = casts.flatMap { cast in
      Family.all.flatMap { family in
        Suffix.allCases.map { Problem(family: family, numbers: family.draw(&random), cast: cast, suffix: $0) }
      }
    }
    let prompts = problems.map { prompt(for: $0.question) }
    let workings = problems.map { Working($0.steps) }
    let answers = workings.flatMap { working in
      [Phrases.chain(working), Phrases.quick(working), Phrases.theAnswer(working.answer)] + Phrases.unboxedEnds(working.answer)
    }
    let rambles = casts.flatMap { [Phrases.hmm] + Phrases.rambling($0) }
    return prompts + answers + rambles + ["0123456789"]
  }
}
