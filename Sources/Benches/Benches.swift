// Benches: how fast this host samples and learns, what a learner takes in, and how fast weights travel.
//
// - `RolloutBench` and `LearnerBench` time the two engines on random or given weights.
// - `IntakeBench`, `CrowdBench`, `ScalingBench` and `SleeperBench` play crowds of workers at a learner that computes nothing.
// - `BroadcastBench` measures key frames and deltas.
//
// Every bench prints lines of JSON. None of them runs in a test: a time is no property of the code.
