import EMPO
import JSON
import Questions
import Rollouts

/// The responses of a line, checked.
struct ResponseGroup {
  /// The most responses of a line: a judge of pairs looks at each two of them.
  static let maximumSize = 4096

  /// The question of the responses.
  let question: String

  /// The reference answers, where the reward needs them; any is right.
  let accepted: [String]

  /// The responses. Shape [G].
  let texts: [String]

  /// The log-probability of each response, where the entropy needs it. Shape [G], nats.
  let logProbabilities: [Double]?

  /// Reads the parts of a line that scoring with `options` needs; a label is read as responses are.
  init(_ line: JSONLine, options: ScoringOptions, reading: AnswerReading) throws {
    question = try line.optionalString("question") ?? ""
    let labels = LabelReading(takesWholeLabel: reading.takesWholeResponse)
    accepted = options.reward == .accuracy ? try Self.accepted(line, labels) : []
    guard case .array(let responses) = line["responses"], !responses.isEmpty, responses.count <= Self.maximumSize else {
      throw line.wrong("responses", "an array of 1 to \(Self.maximumSize) responses")
    }
    let fields = try responses.enumerated().map { try ResponseFields($1, index: $0, of: line) }
    texts = try fields.map { try $0.text() }
    logProbabilities = options.entropy == .likelihood ? try fields.map { try $0.logProbability(options) } : nil
  }

  private static func accepted(_ line: JSONLine, _ labels: LabelReading) throws -> [String] {
    guard let label = line["answer"], let answers = labels.answers(in: label) else {
      throw line.wrong("answer", "a text, a number or a list of accepted ones, for --reward accuracy")
    }
    guard !answers.isEmpty else { throw line.failure("\"answer\" is empty, expected the right answer for --reward accuracy") }
    return answers
  }
}

/// One response of a line: a text, or an object with one.
private struct ResponseFields {
  let line: JSONLine
  let place: String
  let object: JSONObject

  init(_ value: JSONValue, index: Int, of line: JSONLine) throws {
    self.line = line
    place = "response \(index + 1)"
    switch value {
    case .string: object = JSONObject([.init("text", value)])
    case .object(let members): object = members
    default: throw line.failure("\(place) is \(value.summary), expected a text, or an object with \"text\"")
    }
  }

  func text() throws -> String {
    guard case .string(let text) = object["text"] else { throw wrong("text", "a string") }
    return text
  }

  /// The log-probability of the response as the options define it, in nats.
  func logProbability(_ options: ScoringOptions) throws -> Double {
    if case .array(let values) = object["logprobs"] {
      let tokens = try values.map { value in
        guard let number = number(value), number <= 0 else {
          throw line.failure("\(place): \"logprobs\" has \(value.summary), expected numbers up to 0")
        }
        return Float(number)
      }
      return options.logProbability(ofTokens: tokens)
    }
    guard let value = object["log_probability"], let sum = number(value), sum <= 0 else {
      throw wrong("log_probability", "a number up to 0, or \"logprobs\" with those of its tokens, for --entropy likelihood")
    }
    guard options.normalizesLength else { return sum }
    switch object["tokens"] {
    case .integer(let count) where count > 0: return sum / Double(count)
    case .array(let tokens) where !tokens.isEmpty: return sum / Double(tokens.count)
    default: throw wrong("tokens", "its tokens, or their number")
    }
  }

  private func number(_ value: JSONValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .number(let number) where number.isFinite: number
    default: nil
    }
  }

  private func wrong(_ key: String, _ expected: String) -> CommandLineError {
    guard let found = object[key] else { return line.failure("\(place) has no \"\(key)\", expected \(expected)") }
    return line.failure("\(place): \"\(key)\" is \(found.summary), expected \(expected)")
  }
}
