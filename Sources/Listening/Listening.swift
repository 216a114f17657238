// Listening: one HTTP responder at one address, as a service, for `Server` and `Dashboard`.
//
// - `Connections/` is the life of a connection: how long it may take, when it ends, and which one makes way for a new one.
//
// What must hold: connections without a complete request keep nobody out, however many or slow they are; `Connection: close` in an answer is
// there if and only if the connection ends with it; an answer reaches a client that is still sending.
