import ArgumentParser

extension ArgumentHelp {
  /// The help of `--metrics`.
  static let metrics = ArgumentHelp(
    "Where to answer /metrics, /livez and /readyz over HTTP, for any client: figures only, no training data.",
    valueName: "HOST:PORT")

  /// The help of `--cache`, wherever there is one.
  static let cache = ArgumentHelp(
    "Where base weights that come over the wire are kept for all processes of this host; by default empo in the user's folder of caches.",
    valueName: "DIR")
}
