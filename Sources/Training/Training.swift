// Training: the update of a policy, its optimiser and its checkpoints.
//
// - `Update/` follows the policy gradient: a step is cut into parts; a part's groups are packed into micro-batches, and each goes forward,
//   through the objective, and backward (`GradientEngine`, in learners and workers alike); a learner adds the parts up and moves the parameters
//   (`PolicyTrainer`).
// - `Optimizer/` is AdamW with its schedules. Parameters and moments are float32: all weights, or adapters beside a base that stays as it is.
//   The policy, from which workers sample and at which the gradient is taken, is the parameters or their bfloat16 copy.
// - `Checkpoints/` writes model folders with optimiser and state beside them, and finds the newest whole one.
// - `Pretraining/` trains a model from nothing, which made the embedded base model.
//
// What must hold: gradients are summed in slot order within a part, and over a fixed tree of parts. An update whose loss or gradient is not finite is left out, and leaves parameters and
// moments alone. A checkpoint is whole or not there: it carries a manifest of digests and takes its name by a rename.
