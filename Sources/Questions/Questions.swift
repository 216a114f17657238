// Questions: files of questions to questions.
//
// - `QuestionSet` is a file's questions in their order; `QuestionsFormat` recognises JSON lines, JSON, CSV and TSV, and `QuestionCollector`
//   reads each.
// - `QuestionKeys` finds the members that hold question and answer; `PromptMessages` reads a conversation, `QuestionChoices` the options
//   of a multiple-choice question, and `LabelReading` the accepted answers.
//
// What must hold: a record that cannot be used is an error with its line, never left out in silence. Answers are read, but only
// measurements and the accuracy reward use them.
