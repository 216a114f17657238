// Questions: files of questions to questions.
//
// - `QuestionSet` is a file's questions in their order; `QuestionsFormat` recognises JSON lines, JSON, CSV and TSV, and `QuestionCollector`
//   reads each.
// - `QuestionKeys` finds the members that hold question and answer; `PromptMessages` reads a conversation, `QuestionChoices` the options
//   of a multiple-choice question, each a `QuestionOption`, and `LabelReading` the accepted answers. `AnswerPlaces` decides for a whole file
//   whether answers of digits are options' places.
//
// What must hold: a record that cannot be used is an error with its line, never left out in silence, and so is one that has options
// where the first has none, or none where it has some. Answers are read, but only measurements and the accuracy reward use them.
