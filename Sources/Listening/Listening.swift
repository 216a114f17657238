// Listening: one HTTP responder at one address, as a service, for `Server` and `Dashboard`.
