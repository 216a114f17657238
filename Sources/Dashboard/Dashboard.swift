// Dashboard: metrics and health of a learner, a worker or a relay, for those who watch its machine.
//
// - `Boards/` gather what the services report of themselves, and know whether they live and are ready. They observe; nothing of a run
//   depends on them.
// - `Exposition/` writes metrics in Prometheus' text format.
// - `HTTP/` answers `/livez`, `/readyz` and `/metrics`.
//
// What must hold: counts, times and averages are reported, and nothing else: no question, answer or weight, and no name of a run, a file
// or a peer, since whoever reaches the port may ask.
