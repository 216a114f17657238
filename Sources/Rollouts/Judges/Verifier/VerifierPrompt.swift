public import ChatTemplates

/// The question to a verifier model, and the two answers between which it decides.
///
/// The text has places for `{reference}`, `{answer}` and, unless the question doesn't matter, `{question}`. Texts that are put there are
/// not searched for places again. The model's next token after the text is compared for the first token of each of the two answers.
public struct VerifierPrompt: Sendable, Equatable {
  /// A part of the text.
  enum Part: Sendable, Equatable {
    case literal(String)
    case question
    case reference
    case answer
  }

  let parts: [Part]

  /// The answer for "the same meaning", with the space that it begins with, if any.
  public let yes: String

  /// The answer for "another meaning".
  public let no: String

  /// Whether the tokens that a text begins with, as the tokenizer's post-processor adds them, go before the prompt.
  public let addsSpecialTokens: Bool

  /// Reads a text with places. Throws a ``RolloutsError`` unless it has one for the reference and one for the answer.
  public init(_ text: String, yes: String = " Yes", no: String = " No", addsSpecialTokens: Bool = true) throws(RolloutsError) {
    parts = Self.parts(of: text)
    for (part, name) in [(Part.reference, "{reference}"), (Part.answer, "{answer}")] where !parts.contains(part) {
      throw RolloutsError(
        .request, "the verifier's prompt has no \(name): expected {reference} and {answer}, and {question} where it matters")
    }
    self.yes = yes
    self.no = no
    self.addsSpecialTokens = addsSpecialTokens
  }

  private init(parts: [Part], yes: String, no: String) {
    self.parts = parts
    self.yes = yes
    self.no = no
    addsSpecialTokens = true
  }

  /// The prompt of TIGER-Lab/general-verifier, as its model card words it, up to the decision.
  ///
  /// EMPO's code asks the same model in slightly other words, and ends in `Final Decision: ` with a space, after which it compares the
  /// probabilities of the tokens ` Yes` and ` No` all the same; here the text ends in the colon, as in the texts that the model was trained
  /// to write.
  public static let generalVerifier = VerifierPrompt(parts: parts(of: generalVerifierText), yes: " Yes", no: " No")

  private static let generalVerifierText = """
    User: ### Question: {question}

    ### Ground Truth Answer: {reference}

    ### Student Answer: {answer}

    For the above question, please verify if the student's answer is equivalent to the ground truth answer.
    Do not solve the question by yourself; just check if the student's answer is equivalent to the ground truth answer.
    If the student's answer is correct, output "Final Decision: Yes". If the student's answer is incorrect, output "Final Decision: No". \
    Assistant: Final Decision:
    """

  /// A plain question for a model that was trained on conversations, through its chat template.
  public static func plain(template: ChatTemplate, specialTokens: SpecialTokens) throws -> VerifierPrompt {
    let text = try template.render(
      Conversation(messages: [ChatMessage(role: "user", content: plainText)], specialTokens: specialTokens))
    return try VerifierPrompt(text, yes: "Yes", no: "No", addsSpecialTokens: false)
  }

  private static let plainText = """
    Question: {question}

    First answer: {reference}

    Second answer: {answer}

    Do the two answers mean the same, as answers to this question? Do not solve the question. Reply with one word, Yes or No.
    """

  /// The text for a pair.
  package func text(question: String, reference: String, answer: String) -> String {
    var text = ""
    for part in parts {
      switch part {
      case .literal(let literal): text += literal
      case .question: text += question
      case .reference: text += reference
      case .answer: text += answer
      }
    }
    return text
  }

  private static func parts(of text: String) -> [Part] {
    let places: [(name: String, part: Part)] = [("{question}", .question), ("{reference}", .reference), ("{answer}", .answer)]
    var parts: [Part] = []
    var literal = ""
    var rest = text[...]
    while let first = rest.first {
      if let place = places.first(where: { rest.hasPrefix($0.name) }) {
        if !literal.isEmpty { parts.append(.literal(literal)) }
        literal = ""
        parts.append(place.part)
        rest = rest.dropFirst(place.name.count)
      } else {
        literal.append(first)
        rest = rest.dropFirst()
      }
    }
    if !literal.isEmpty { parts.append(.literal(literal)) }
    return parts
  }
}
