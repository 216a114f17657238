// Wire: what learner and workers say to each other, and how it gets there. Carries values only: weights are named bytes with a
// manifest, and nothing here decides on anything. proto/README.md is the same protocol for readers of other languages; a change
// here is a change there, in messages.json and in the golden vectors.
//
// - `Messages/` are the values, and `Limits`, the bounds of everything in them.
// - `Codec/` turns them into MessagePack and back. Reading is our own (the reader says why), writing is msgpack-c's.
// - `Transport/` is the conversation as protocols, with the bell and mailboxes by which other threads reach a socket's thread.
// - `ZeroMQ/` and `InProcess/` implement it over TCP and within a process, by the same rules. Over TCP a chunk's bytes go out from where
//   the version lies and stay where they came in (`WeightBytes`); the one copy is into the version that a worker gathers.
// - `Security/` is keys, their files and the allow-list; `ZeroMQ/` asks it who may come in.
// - `Weights/` tells a policy version by what changed since another, cuts frames into chunks and puts these together.
//
// What must hold: a length is compared with the bytes that are left and with its limit before anything is allocated. A writer
// refuses what a reader would refuse. Sends never block: congestion and absence are values. A socket belongs to one thread.
// C and pointers stay in `Codec/`, `Weights/`, `ZeroMQ/`, `Security/PrivateFile`, `Security/Z85` and the bell.
