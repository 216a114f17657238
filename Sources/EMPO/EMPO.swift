// EMPO: the algorithm, pure. Imports nothing of ours: it never sees a text, a tensor or a model.
//
// - `Scoring/` turns a clustered group into rewards, semantic entropy, and whether the group is kept, or why not. Workers run it.
// - `Advantages/` turns a group's rewards into advantages.
// - `Objective/` turns log-probabilities and advantages into one coefficient a token, dL / d ln p(token), which the model takes as
//   it would take a cross-entropy's, and finds the ratios that no update makes. The learner runs it.
// - `Gradients/` cuts a step's update into parts that can be computed anywhere, and fixes the order in which they are summed.
// - `Questions/` decides which question every slot asks, from the groups of earlier steps. The learner runs it.
// - `ScoredGroup` is the value that travels from the first half to the second, as a `PromptedGroup` where the model must see the prompt.
// - `Guard/` watches the steps' groups and updates for a collapse, and decides whether the run ends. The learner runs it.
// - `UpdateReport` holds the figures of an update, by the names that the run's files keep.
//
// What must hold: each equation stands beside its source. Normalisers are fixed by the whole optimiser batch before any forward
// pass, so that micro-batches of any cut add up to the batch. Sums have a fixed order. A log-probability that is not finite
// makes the result not finite, and the caller skips the step.
