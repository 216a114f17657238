/// The options that the answers of a label mean, by their letters.
struct OptionAnswers: Equatable {
  /// The letters, where an answer of digits is an option's text before it is a place.
  var letters: [String]

  /// The letters, where an answer of digits is a place from 0; nil where there is an answer that is none.
  var places: [String]?

  /// Whether every answer of digits is an option's text.
  var areTexts = false

  /// Takes the options of a further answer of the label.
  mutating func join(_ other: OptionAnswers) {
    letters += other.letters.filter { !letters.contains($0) }
    places = other.places.flatMap { others in places.map { places in places + others.filter { !places.contains($0) } } }
    areTexts = areTexts && other.areTexts
  }
}

/// Decides for a whole file whether answers of digits are places: if all its answers can be, and not all are texts of options.
///
/// JSON numbers are places whatever is decided, and names of options no places.
struct AnswerPlaces: Equatable {
  private var canBePlaces = true
  private var areTexts = true

  /// The answers as places by the question's index, where these differ.
  private var places: [Int: [String]] = [:]

  /// Takes the answers of the question at an index.
  mutating func note(_ answers: OptionAnswers, at index: Int) {
    canBePlaces = canBePlaces && answers.places != nil
    areTexts = areTexts && answers.areTexts
    if let letters = answers.places, letters != answers.letters { places[index] = letters }
  }

  /// Settles the answers of the file's questions.
  func settle(_ questions: inout [Question]) {
    guard canBePlaces, !areTexts else { return }
    for (index, letters) in places { questions[index].answers = letters }
  }
}
