// Training: a run, from its configuration to its checkpoints.
//
// - `Configuration/`, `Questions/` and `RunFolder/` are what a run is told and where it keeps things. `ConfigurationKey.all` is the
//   one place that knows the keys.
// - `Learner/` and `Worker/` each hold a pure state machine (`LearnerMachine`, `WorkerMachine`: events and the time in, actions
//   out), the loop of the socket thread that feeds it and does what it says, and the thread that computes. The loops decide nothing.
//   `Relay/` is the same for handing weights on, and computes nothing; whether a worker uses one decides its `WeightRoute`.
// - `Ledger/` and `Checkpoints/` are what survives a crash. `Threads/` is what joins the threads.
// - `Update/` and `Optimizer/` follow the policy gradient. Parameters are float32; the policy that is sampled from and differentiated
//   at is these or their bfloat16 copy, and a checkpoint keeps the parameters, of which the copy follows; `Pretraining/` made the
//   embedded base model.
//
// What must hold:
// - a run is a function of configuration, data, seed and kind of CPU. Slots are consumed in slot order, a task of step s is sampled
//   from version max(0, s - lag) exactly, and every random number is keyed by seed, step, slot and sample;
// - a group is in the ledger before its acknowledgement leaves, and a checkpoint is whole or not there. A restarted learner goes on
//   from the newest whole checkpoint and the ledger's groups of the steps after it;
// - a worker holds nothing that cannot be made again. Whoever waits says for what.
//
// Step numbers from 0xFFFF_FF00 on name random streams that are no rollouts: `QuestionTasks` and Evaluation's `RandomWords` and
// `Evaluator` each say which they use.
