// ChatClient: models behind a server in OpenAI's shapes, asked what a measurement asks a model on this host.
//
// - `ChatServer` is one server's address and one model there; `HTTPExchange` is one request with its reply.
// - `ServerResponder` answers the questions of an evaluation, some requests at a time.
//
// What must hold: a reply is bounded before it is kept, in bytes and in time, a failure is one line that names the server, and what a server
// says is a text, never a command. Connections are plain HTTP: a server on this host or in a network that is trusted.
