/// What to run as a child.
package struct ChildCommand: Sendable, Equatable {
  /// Where the child's standard output goes. Its standard error goes to its log always.
  package enum Output: Sendable, Equatable {
    /// To the supervisor's own.
    case inherited
    /// To its log.
    case log
  }

  /// The executable's path.
  package var executable: String

  /// The name that lists of processes show, `argv[0]`.
  package var name: String

  /// The arguments after the name.
  package var arguments: [String]

  /// The file that the child's log is appended to.
  package var log: String

  /// Where the child's standard output goes.
  package var output: Output

  /// Creates a command.
  package init(executable: String, name: String, arguments: [String], log: String, output: Output = .log) {
    self.executable = executable
    self.name = name
    self.arguments = arguments
    self.log = log
    self.output = output
  }
}
