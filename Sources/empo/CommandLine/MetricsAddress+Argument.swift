public import ArgumentParser
import Runs

extension MetricsAddress: ExpressibleByArgument {}

extension ArgumentHelp {
  /// What `--metrics` is for.
  static let metrics = ArgumentHelp(
    "Where to answer /metrics, /livez and /readyz over HTTP, to whoever asks: figures, and nothing of what is trained on.",
    valueName: "HOST:PORT")
}
