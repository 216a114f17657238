// Evaluation: how good a policy's answers are.
//
// - `Engine/` is what a policy is asked, one greedy response and some samples of each held-out question, and how its tokens are judged. Who
//   samples holds no label, and who judges needs no policy.
// - `Measures/` are pure functions of judged answers: accuracy, majority@k, pass@k, semantic entropy; and report.json.
// - `Terminal/` is the tables in which they are shown, `Figures` the numbers in them.
//
// What must hold: right answers serve only to measure, and no score flows back into a run. Scores are a function of
// (weights, questions, options), with the same random numbers every time.
