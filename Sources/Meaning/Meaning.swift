// Meaning: from a response's text to what it means, as an index of a cluster. Imports nothing of ours.
//
// - `Extraction/` finds the answer in a response: the last complete box, else the last explicit phrase, else, only if asked, the last
//   number or choice letter, else nothing.
// - `Judges/` decides which answers mean the same. `AnswerJudge` is where a judge that asks a model or a process comes in;
//   `Math/` compares what answers mean as mathematics, `Exact/` exact numbers and normalised text, `Choice/` the options of a question,
//   `Text/` the words of short texts; `Pairs/` makes clusters of what a judge says of pairs.
// - `Mathematics/` is the way from an answer to its meaning: `Tokens/` (LaTeX and plain notation alike), `Parsing/` (a bounded recursive
//   descent to an `AnswerNode`), `Matrices/`, `Series/` (sums and products over an index) and `Polynomials/`, which are calculated while
//   reading, within an allowance, `Values/` (numbers certain to some digits, their keys, and proofs in a finite field), `Answers/` (one form
//   for each meaning).
// - `Guards/` finds the answers that must not be rewarded for agreeing, as they only repeat the question.
// - `Novelty/` says how much alike whole responses are, for rewards that ask for variety.
// - `Latex/` is the lexer of text in one spelling, `Words/` numbers in words.
//
// What must hold: responses are the work of a model that is rewarded for the outcome, so whatever it says is hostile input. Every
// pass is linear in the text and recursion is bounded; numbers are bounded in digits, and the evaluation of an expression in steps. Equality is an equivalence relation (each
// answer has one key), an empty answer agrees with nobody, and the result depends on nothing but the arguments: workers must agree.
