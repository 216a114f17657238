/// A process that a supervisor runs once, on whatever host.
package protocol SupervisedProcess: Sendable {
  /// Runs the process until it ends.
  func run() async -> ChildEnding

  /// Asks the process to end in good order. Nothing happens when it has ended; before it runs, it ends as soon as it does.
  func terminate()

  /// Ends the process, and all that it started, at once.
  func kill()
}
