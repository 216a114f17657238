// Evaluation: how good a model's answers are.
//
// - `Engine/` is what a model is asked, one greedy response and some samples of each question, and how its responses are judged. Who
//   samples holds no label, and who judges needs no model: `EvaluationResponder` is whoever answers, and `EngineResponder` a model on this host.
// - `Measures/` are pure functions of judged answers: accuracy, majority@k, pass@k, semantic entropy; and report.json.
// - `Statistics/` says how sure a figure is: the bootstrap over questions, McNemar's test. `Measure` is a figure that can be computed again for
//   any questions drawn from its own.
// - `Results/` is an evaluation's file, which grows question by question and goes on where it ended, the summary of one and the comparison of two.
// - `Terminal/` is the tables and words in which they are shown, `Figures` the numbers in them.
//
// What must hold: right answers serve only to measure, and no score flows back into a run. Scores are a function of
// (weights, questions, options), with the same random numbers every time; intervals are one of scores and a seed.
