import Rollouts

/// A piece of a choice: text, the tokens that brought it, and perhaps the choice's end.
struct Fragment: Sendable, Equatable {
  /// The choice: prompts in the request's order, each with its continuations.
  var choice: Int
  var text: String
  /// Empty where the answer has no log-probabilities.
  var tokens: [ToldToken] = []
  var finish: FinishReason?
}

/// Turns a run's events into the fragments of choices.
struct Fragments: Sendable {
  private let model: ServedModel
  private let call: Call
  private var offsets: [TextOffsets]
  private var isFinished: [Bool]

  /// Tokens drawn so far, stop tokens included.
  private(set) var completionTokenCount = 0

  init(call: Call, model: ServedModel) {
    self.model = model
    self.call = call
    offsets = Array(repeating: TextOffsets(), count: call.requests.count * call.sampleCount)
    isFinished = Array(repeating: false, count: offsets.count)
  }

  /// The number of choices.
  var choiceCount: Int { offsets.count }

  /// Whether every choice has ended.
  var isComplete: Bool { isFinished.allSatisfy { $0 } }

  /// The fragments at the start: the prompts that are repeated without their log-probabilities.
  func opening() -> [Fragment] {
    guard let texts = call.echoedTexts, call.toldAlternatives == nil else { return [] }
    return texts.indices.flatMap { prompt in choices(of: prompt).map { Fragment(choice: $0, text: texts[prompt]) } }
  }

  /// The fragments that an event brings.
  mutating func fragments(for event: CallRun.Event) -> [Fragment] {
    let choices = choices(of: event.prompt)
    switch event.event {
    case .prompt(let tokens):
      guard let text = call.echoedTexts?[event.prompt], call.toldAlternatives != nil else { return [] }
      let told = toldPrompt(tokens, text: text)
      for choice in choices { offsets[choice] = TextOffsets(after: text.unicodeScalars.count) }
      return choices.map { Fragment(choice: $0, text: text, tokens: told) }
    case .token(let sample, let token, let text):
      precondition(choices.indices.contains(choices.lowerBound + sample), "sample \(sample) of \(choices.count)")
      let choice = choices.lowerBound + sample
      completionTokenCount += 1
      guard call.toldAlternatives != nil else { return text.isEmpty ? [] : [Fragment(choice: choice, text: text)] }
      let bytes = model.isSpecial(token.id) ? [] : model.bytes(of: token.id)
      let offset = offsets[choice].append(bytes)
      return [Fragment(choice: choice, text: text, tokens: [ToldToken(scored: token, offset: offset)])]
    case .finished(let sample, let reason, let text):
      precondition(choices.indices.contains(choices.lowerBound + sample), "sample \(sample) of \(choices.count)")
      let choice = choices.lowerBound + sample
      isFinished[choice] = true
      return [Fragment(choice: choice, text: text, finish: reason)]
    }
  }

  private func choices(of prompt: Int) -> Range<Int> {
    prompt * call.sampleCount..<(prompt + 1) * call.sampleCount
  }

  /// A prompt's tokens, placed in its text. A special token takes up text only if the text contains it, which one that the tokenizer adds
  /// does not.
  private func toldPrompt(_ tokens: [ScoredToken], text: String) -> [ToldToken] {
    let text = Array(text.utf8)
    var position = 0
    var offsets = TextOffsets()
    return tokens.map { token in
      var bytes = model.bytes(of: token.id)
      if model.isSpecial(token.id), !text[min(position, text.count)...].starts(with: bytes) { bytes = [] }
      position += bytes.count
      return ToldToken(scored: token, offset: offsets.append(bytes))
    }
  }
}
