import Cluster

/// What a process tells of itself.
public protocol Board: Sendable {
  /// Whether it makes progress.
  var liveness: Health { get }

  /// Whether it does what it is there for.
  var readiness: Health { get }

  /// Its figures.
  var metrics: [MetricFamily] { get }
}

extension Pulse.Reading {
  /// What every board tells of its loop.
  var metrics: [MetricFamily] {
    let seconds: Double? = if case .turned(let ago) = self { Double(ago) / 1000 } else { nil }
    return [MetricFamily(.gauge, "empo_loop_turned_seconds", "Seconds since the socket thread turned its loop.", seconds)]
  }
}
