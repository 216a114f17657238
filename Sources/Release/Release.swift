/// Which build of the program this is.
package enum Release {
  /// What `--version` prints, and what workers and learners tell each other.
  package static let version = "empo 0.1.0"
}
