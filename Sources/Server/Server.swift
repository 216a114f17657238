// The HTTP face of one model: OpenAI's completions and chat completions over the generation engine.
//
// `Server` knows requests and responses in OpenAI's shapes and hands them to a `CompletionSource` of Rollouts; it loads no model
// and owns no engine.
