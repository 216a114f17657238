// Evaluation: how good a policy is, and how that looks.
//
// - `Engine/` asks a policy the held-out questions: one greedy response and some samples of each.
// - `Measures/` are pure functions of judged answers: accuracy, majority@k, pass@k, semantic entropy; and report.json.
// - `WordProblems/` is the generated world that the embedded model is pre-trained on, sharpened and measured with.
// - `Plots/` draws the learning curve as SVG, `Terminal/` the tables and progress lines, `Figures` the numbers in both.
//
// What must hold: here alone answers are looked at, and nothing of it flows back into a run. Scores are a function of (weights,
// questions, options), with the same random numbers every time. Held-out, asked and pre-training numbers are disjoint for every
// seed; the embedded model and golden tests hang on each draw of `WordProblems/`, so a change there is another data set.
