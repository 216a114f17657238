import Cluster

/// A process's report on itself.
public protocol Board: Sendable {
  /// Whether it makes progress.
  var liveness: Health { get }

  /// Whether it does its work.
  var readiness: Health { get }

  /// Its figures.
  var metrics: [MetricFamily] { get }
}

extension Pulse.Reading {
  /// The metrics that every board has of its loop.
  var metrics: [MetricFamily] {
    let seconds: Double? = if case .turned(let ago) = self { Double(ago) / 1000 } else { nil }
    return [MetricFamily(.gauge, "empo_loop_turned_seconds", "Seconds since the socket thread turned its loop.", seconds)]
  }
}
