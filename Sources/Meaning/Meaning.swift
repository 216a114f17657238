// Meaning: from a response's text to what it means, as an index of a cluster. Imports nothing of ours.
//
// - `Extraction/` finds the answer in a response: the last complete box, else the last explicit phrase, else, only if asked, the last
//   number or choice letter, else nothing.
// - `Judges/` decides which answers mean the same. `AnswerJudge` is where a judge that asks a model or a process comes in;
//   `Exact/` compares exact numbers and normalised text, `Choice/` the options of a question, `Text/` the words of short texts.
// - `Guards/` finds the answers that must not be rewarded for agreeing, as they only repeat the question.
// - `Latex/` is the lexer that they stand on.
//
// What must hold: responses are the work of a model that is rewarded for the outcome, so whatever it says is hostile input. Every
// pass is linear in the text and recursion is bounded; numbers are bounded in digits. Equality is an equivalence relation (each
// answer has one key), an empty answer agrees with nobody, and the result depends on nothing but the arguments: workers must agree.
