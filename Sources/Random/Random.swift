// Random: Philox, the counter-based generator that every random number of a run comes from.
//
// What must hold: a number is a function of (seed, step, slot, sample, position) and of nothing else, so that whoever computes it, in
// whatever order, gets the same one.
//
// Step numbers from 0xFFFF_FF00 on name streams that are no rollouts: `QuestionTasks`, the demonstration's `RandomWords`,
// `EvaluationRequest` and `Bootstrap` each state which they use.
