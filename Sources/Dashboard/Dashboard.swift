// Dashboard: metrics and health of a learner, a worker or a relay, for the operators of its machine.
//
// - `Boards/` gather the services' reports, and know whether the services live and are ready. They only observe; nothing in a run depends
//   on them.
// - `Exposition/` writes metrics in Prometheus' text format.
// - `HTTP/` answers `/livez`, `/readyz` and `/metrics`.
//
// What must hold: counts, times and averages are reported, and nothing else: no question, answer or weight, and no name of a run, a file or
// a peer, since anyone who reaches the port may ask.
