import ArgumentParser
import Runs
import Wire

/// `empo keys`: keys for learners and workers.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Makes the keys by which a learner and its workers know each other.", subcommands: [New.self])

  /// `empo keys new`.
  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new", abstract: "Makes a key: NAME.key, which is secret, and NAME.pub.",
      discussion: """
        The secret key stays on the host that it is for. A worker's NAME.pub goes into the learner's allow-list (--authorized), and the \
        learner's goes to every worker (--learner-key). Workers that come and go by themselves, such as an autoscaler's, may share the key \
        of a pool: each worker's name is then NAME/ and a part of its own.
        """)

    @Argument(help: ArgumentHelp("Whose key it is: learner or worker.", valueName: "ROLE"))
    var role: KeyRole

    @Argument(
      help: ArgumentHelp("The name of the key, which is also its worker's name. By default, a learner's is learner.", valueName: "NAME"))
    var name: String?

    @Flag(help: "Makes a key for any number of workers; each worker's name is NAME/ and a part of its own.")
    var pool = false

    @Option(help: ArgumentHelp("The folder for the files.", valueName: "DIR"))
    var to = "."

    func validate() throws {
      if role == .learner, pool { throw ValidationError("--pool is for workers: a run has one learner") }
      if role == .worker, name == nil { throw ValidationError("a worker's key needs a name: expected empo keys new worker NAME") }
    }

    func run() throws {
      let name = name ?? KeyRole.learner.rawValue
      let pair = pool ? try KeyPair.make(pool: name) : try KeyPair.make(role: role, name: name)
      let paths = try KeyFile.write(pair, to: to)
      Console.output.line("secret key: \(paths.secret) (keep it on \(pool ? "the pool's hosts" : "that host") alone)")
      Console.output.line("public key: \(paths.public)")
    }
  }
}
