// Cluster: how a learner, its workers and relays work together, without what they compute.
//
// - `Learner/`, `Worker/` and `Relay/` each hold a pure state machine (`LearnerMachine`, `WorkerMachine`, `RelayMachine`: events and the
//   time in, actions out), the loop of the socket thread that feeds it and does what it asks, and a service around both. The loops
//   decide nothing. Whether a worker uses a relay decides its `WeightRoute`.
//   A learner whose updates come in parts follows them in a `SpreadUpdate`.
//   `Learner/Machine` is the learner's machine, `Learner/Trust` what it believes of whom: seals of leases, ranges, checks, lies, quarantine.
// - `Base/` is how a worker or relay comes by base weights, and how they are handed on.
// - `Threads/` joins the socket's thread with those that compute.
// - `StepTrainer`, `LearnerJudge`, `GroupStore`, `TaskSource`, `GroupSampler`, `BaseWeights` and `BaseStore` are what a run must bring: the
//   protocols behind which tensors, judges, files and the database are.
//
// What must hold:
// - slots are consumed in slot order, and a task of step s is sampled from version max(0, s - lag) exactly;
// - a group is in the store before its acknowledgement leaves, with the learner's scores and not the worker's;
// - what was drawn to be checked is checked before it is trained on, or added to a gradient, and nobody can foresee the draw;
// - a part of a gradient is in the sum once, and the sum's order is that of its parts' indices;
// - a worker holds nothing that cannot be made again, and whoever waits logs what it waits for;
// - no clock, socket, file or `await` inside a machine: Tests/SimulationSupport plays whole clusters with them.
