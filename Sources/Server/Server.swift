// Server: the HTTP face of one model, OpenAI's completions and chat completions over the generation engine.
//
// `Server` knows requests and responses in OpenAI's shapes and hands them to a `CompletionSource` of Rollouts; it loads no model
// and owns no engine.
//
// - `Requests/` reads a body into a `Call`: what is asked of the source, and how the answer is to be told.
// - `Replies/` runs a call and tells what happens, as one response or as a stream of chunks, in either of the two shapes.
// - `HTTP/` is the routes, who may use them, and what a connection that closes means for the call on it.
// - `JSON/` is the values that answers are made of.
//
// Where OpenAI's own server leaves a choice, or cannot be followed:
//
// - a stop token is one of the tokens that log-probabilities are told of, and counts in the usage; it is no part of the text;
// - a token that is no text by itself is spelled `bytes:\xe2\x82`; a log-probability below -9999 is told as -9999;
// - `text_offset` counts Unicode scalars from the beginning of the choice's text, whose first part is the prompt with `echo`;
// - `system_fingerprint` tells the seed, `seed-N`, also where the request gave none; prompt i of a list without one had N + i;
// - a chat without a limit may draw 2048 tokens, or what the context has room for;
// - a client that closes its side of the connection while it waits counts as gone;
// - parameters that nobody knows are ignored; those that OpenAI has and this server has not are refused where they ask for anything.
//
// What must hold: whatever a client sends is answered in OpenAI's shape, errors too; a client that goes away frees what its
// call held at once; a call's answer does not depend on the calls beside it.
