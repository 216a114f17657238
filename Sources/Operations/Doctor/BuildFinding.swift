import Release

/// Whether the learner is the same build as this host's program. Another one may take part all the same.
package enum BuildFinding {
  /// Compares what both call their software; the learner's is nil where it does not say.
  package static func compare(learner: String?, here: String) -> Finding {
    guard let learner else { return .warning("build", "the learner does not say which build it is", do: "install the same on both") }
    guard learner == here else {
      return .warning("build", "the learner is \(learner), this host has \(here)", do: "install the same build on both")
    }
    guard Release.isExact(here) else {
      return .warning("build", "\(here) on both sides, which may be different sources", do: "install a build of a commit on both")
    }
    return .ok("build", "\(here) on both sides")
  }
}
