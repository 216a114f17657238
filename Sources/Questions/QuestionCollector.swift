/// Makes questions of a file's records; the first record decides the keys that were not chosen by the user.
struct QuestionCollector {
  let source: String
  let keys: QuestionKeys
  let labels: LabelReading
  let limits: QuestionSet.Limits
  private(set) var resolved: ResolvedKeys?
  private(set) var questions: [Question] = []
  private(set) var tally = AnswerTally()
  private var places = AnswerPlaces()

  /// The keys to look for in the next record.
  private(set) var wanted: Set<String>

  init(source: String, keys: QuestionKeys, labels: LabelReading, limits: QuestionSet.Limits) {
    self.source = source
    self.keys = keys
    self.labels = labels
    self.limits = limits
    wanted = keys.wanted
  }

  /// Takes a record that stands at a place, such as "q.jsonl line 3"; its number names a question that has no identifier.
  mutating func take(_ record: QuestionRecord, number: Int, place: @autoclosure () -> String) throws {
    do throws(QuestionProblem) {
      guard questions.count < limits.questions else {
        throw QuestionProblem("found more than \(limits.questions) questions: split the file")
      }
      let keys: ResolvedKeys
      if let resolved {
        keys = resolved
      } else {
        keys = try self.keys.resolved(by: record)
        resolved = keys
        wanted = keys.wanted
      }
      if let answer = keys.answer { tally.note(record, under: answer) }
      let (question, meant) = try record.question(keys, number: number, labels: labels, limits: limits)
      if let meant { places.note(meant, at: questions.count) }
      questions.append(question)
    } catch {
      throw QuestionsError(.unusable, "\(place()): \(error.message)", cause: error)
    }
  }

  /// Settles at the file's end what its records leave open.
  mutating func finish() {
    places.settle(&questions)
  }
}
