// Benches: the speed of sampling, of learning, of a learner's intake and of the transport of weights on this host.
//
// - `RolloutBench` and `LearnerBench` time the two engines on random or given weights, `StepBench` a whole step with both.
// - `IntakeBench`, `CrowdBench`, `ScalingBench` and `SleeperBench` simulate crowds of workers at a learner that computes nothing.
// - `BroadcastBench` measures key frames and deltas.
//
// Every bench prints lines of JSON. None of them runs in a test: a time is no property of the code.
