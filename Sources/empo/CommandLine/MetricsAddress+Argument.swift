public import ArgumentParser
import Runs

extension MetricsAddress: ExpressibleByArgument {}

extension ArgumentHelp {
  /// The help of `--metrics`.
  static let metrics = ArgumentHelp(
    "Where to answer /metrics, /livez and /readyz over HTTP, for any client: figures only, no training data.",
    valueName: "HOST:PORT")
}
