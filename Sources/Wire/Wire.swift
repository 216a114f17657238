// Wire: the messages between learner and workers, and their transport. Carries values only: weights are named bytes with a manifest, and
// nothing here decides anything. proto/README.md describes the same protocol for readers of other languages; a change here is a change
// there, in messages.json and in the golden vectors.
//
// - `Messages/` are the values, and `Limits`, the bounds of everything in them.
// - `Codec/` turns them into MessagePack and back. Reading is our own (the reader says why), writing is msgpack-c's.
// - `Transport/` is the conversation as protocols, with the bell and mailboxes by which other threads reach a socket's thread.
// - `ZeroMQ/` and `InProcess/` implement it over TCP and within a process, by the same rules. Over TCP a chunk's bytes are sent from the
//   version's own memory, whoever owns it, and stay in the received message (`WeightBytes`); the one copy is into the version or file that
//   a worker gathers.
// - `Security/` is keys, their files and the allow-list, from which `ZeroMQ/` decides who may connect.
// - `Weights/` encodes a policy version as its changes from another, cuts frames into chunks and puts them together.
// - `ZeroMQ/Connections/` bounds the connections of a learner's ports, and what those cost that have said nothing of use: libzmq has no
//   such bound. A thread watches each port, and ends connections below libzmq, by their descriptors.
//
// What must hold: a length is compared with the bytes that are left and with its limit before anything is allocated. A writer sends nothing
// that a reader would refuse. Sends never block: congestion and absence are values. A socket belongs to one thread. C and pointers stay in
// `Codec/`, `Weights/`, `Messages/WeightBytes`, `ZeroMQ/`, `Security/PrivateFile`, `Security/Z85` and the bell.
