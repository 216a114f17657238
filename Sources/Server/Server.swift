// The HTTP face of one model: OpenAI's completions and chat completions over the generation engine.
//
// `Server` knows requests and responses in OpenAI's shapes and hands them to a `CompletionSource` of Rollouts; it loads no model
// and owns no engine.
//
// - `Requests/` reads a body into a `Call`: what is asked of the source, and how the answer is to be told.
// - `Replies/` runs a call and tells what happens, as one response or as a stream of chunks, in either of the two shapes.
// - `HTTP/` is the routes, who may use them, and what a connection that closes means for the call on it.
//
// What must hold: whatever a client sends is answered in OpenAI's shape, errors too; a client that goes away frees what its
// call held at once; a call's answer does not depend on the calls beside it.
