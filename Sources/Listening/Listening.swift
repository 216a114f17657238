// Listening: one HTTP responder at one address, as a service: what `Server` and `Dashboard` have in common.
