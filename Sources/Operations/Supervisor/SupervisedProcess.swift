/// A process that a supervisor runs once, on this host or another.
package protocol SupervisedProcess: Sendable {
  /// Runs the process until it ends.
  func run() async -> ChildEnding

  /// Asks the process to end in good order. If it does not run yet, it is asked as soon as it does; if it has ended, nothing happens.
  func terminate()

  /// Ends the process, and all that it started, at once.
  func kill()
}
