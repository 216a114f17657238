// Operations: the processes of a run.
//
// - `Roles/` is the kinds of process: `LearnerRole`, `WorkerRole`, `RelayRole` assemble a service and run it. `Signals/` is the request to
//   a process to end, and its check that its supervisor still lives.
// - `Supervisor/` is `empo train`: a pure state machine (`Supervision`) over the processes of a run, and the actor that obeys it.
// - `Launch/` is the same over ssh: a file of hosts, and processes on them.
// - `Doctor/` examines a host before it takes part.
// - `Plan/` is what a run would take: a probe of its first step, a trial of its first few, what its recorded steps say, and a forecast from
//   either.
//
// What must hold: the learner alone decides on a run; a supervisor only keeps processes alive, and none of them outlives it.
