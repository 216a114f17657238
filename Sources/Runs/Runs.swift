// Runs: one run, from its configuration to its report.
//
// - `Configuration/` is what a run is told; `ConfigurationKey.all` is the one place that knows the keys. `Tasks/` turns its questions
//   into what slots ask.
// - `RunFolder/` is where a run keeps things, `Ledger/` what survives a crash beside the checkpoints: entries that are only added, each with
//   a digest that is checked when a restart reads it.
// - `Model/` is a model folder as a run or a command uses it: the base of a run (`BaseModel`), one that answers (`LoadedModel`), one that is
//   described or exported. `ModelFolder` finds the base of a folder of adapters.
// - `Memory/` is what processes take, and the limits that it is compared with.
// - `Evaluation/` is a model that is measured, beside any run: what it is, which benchmarks, and how it is asked.
// - `Learner/` puts a learner's parts together: `RunAssembly` reads and checks all that a configuration names before anything is made,
//   `RunJudge` makes scores and figures of the tokens that workers send.
//   `Worker/` is a worker's engine, made of what the learner's welcome holds and of nothing on its own host but base weights. The learner
//   checks groups with one of its own. `Base/` is where a host has base weights, and keeps those that it fetched.
// - `Verification/` computes a recorded run again, with the learner's own trainer and judge, and compares.
// - `Progress/` is what a run shows while it goes on, `Plots/` the learning curve as SVG, `Terminal/` the streams that people read.
//
// What must hold: a run is a function of configuration, data, seed and kind of CPU. A failed beginning leaves no folder behind. The ledger
// and the checkpoints are all that a restarted learner relies on.
