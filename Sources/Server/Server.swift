// Server: the HTTP face of one model, OpenAI's completions and chat completions over the generation engine.
//
// `Server` knows requests and responses in OpenAI's shapes and hands them to a `CompletionSource` of Rollouts; it loads no model
// and owns no engine.
//
// - `Requests/` reads a body into a `Call`: the requests to the source, and the form of the answer. `Parameters` has every name.
// - `Replies/` runs a call and writes its answer, as one response or as a stream of chunks, in either of the two shapes.
// - `HTTP/` is the routes, access to them, the web pages that may use them, and the cancelling of calls whose connection closes.
// - `JSON/` is the values of which answers are made.
//
// Where OpenAI's own server leaves a choice, or cannot be followed:
//
// - a stop token has a log-probability like any other, and counts in the usage; it is no part of the text;
// - a token that is no text by itself is spelled `bytes:\xe2\x82`; a log-probability below -9999 is reported as -9999;
// - `text_offset` counts Unicode scalars from the beginning of the choice's text, whose first part is the prompt with `echo`;
// - `system_fingerprint` reports the seed, `seed-N`, also where the request gave none; prompt i of a list without a seed had N + i;
// - a chat without a limit may draw 2048 tokens, or as many as the context has room for;
// - a client that closes its side of the connection while it waits counts as gone;
// - a parameter that is unknown is refused, and so is one that this server lacks unless it asks for what is done anyway; a penalty, a
//   temperature and the like change what is drawn, and never the log-probabilities that are reported.
//
// What must hold: every request is answered in OpenAI's shape, errors too; when a client goes away, the resources of its call are freed at
// once; a call's answer does not depend on the calls beside it.
