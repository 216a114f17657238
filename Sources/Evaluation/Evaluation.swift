// Evaluation: how good a policy's answers are.
//
// - `Engine/` asks a policy the held-out questions: one greedy response and some samples of each.
// - `Measures/` are pure functions of judged answers: accuracy, majority@k, pass@k, semantic entropy; and report.json.
// - `Terminal/` is the tables in which they are shown, `Figures` the numbers in them.
//
// What must hold: right answers serve only to measure, and no score flows back into a run. Scores are a function of
// (weights, questions, options), with the same random numbers every time.
