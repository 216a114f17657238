// Listening: one HTTP responder at one address, as a service, for `Server` and `Dashboard`. Connections without a complete request make way
// for new ones, so that a flood of them keeps nobody out.
