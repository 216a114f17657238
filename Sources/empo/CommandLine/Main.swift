import ArgumentParser
import Files
import Foundation
import Operations
import Runs
import Tensors

/// The beginning of the process.
@main
enum Main {
  static func main() async {
    // A reader that has gone, as in `empo train | head`, must not end a run.
    _ = signal(SIGPIPE, SIG_IGN)
    LastWords.prepare()
    // A file at its limit (ulimit -f) is an error with a name, and not the end.
    _ = signal(SIGXFSZ, SIG_IGN)
    let status = await run(NegativeNumbers.joined(Array(CommandLine.arguments.dropFirst())))
    // Not by exit(), which takes libraries down while a thread that nobody waits for may still be in one of them.
    fflush(nil)
    _exit(status)
  }

  /// Parses and runs a command; returns the exit status. Every error is one line on the standard error.
  static func run(_ arguments: [String]) async -> Int32 {
    do {
      // A library that was asked for is missed by every command.
      if OpenBLAS.isChosen { _ = try OpenBLAS.open() }
      var command = try Empo.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return hasResultAsOutput(command) ? statusOfOutput() : ExitStatus.success
    } catch let status as ExitCode {
      return status.rawValue
    } catch {
      let status = Empo.exitCode(for: error)
      // The parser throws for help and version, too.
      if status.isSuccess {
        Console.output.write(Empo.fullMessage(for: error) + "\n")
        return statusOfOutput()
      }
      if status == .validationFailure {
        ErrorLine.write("\(UsageMessage(arguments).line(Empo.message(for: error))) (see empo \(helpTopic(arguments))--help)")
        return ExitStatus.usage
      }
      ErrorLine.write(FailureReason.line(on: error))
      return ExitStatus.failure
    }
  }

  /// Whether what a command prints is its result. What a role prints tells of its progress: it makes other things, and does not end for that.
  private static func hasResultAsOutput(_ command: any ParsableCommand) -> Bool {
    switch command {
    case let train as TrainCommand: train.dryRun
    case is LaunchCommand, is LearnerCommand, is WorkerCommand, is RelayCommand, is ServeCommand: false
    default: true
    }
  }

  /// The exit status of a command that ended well, by whether its results could be written.
  private static func statusOfOutput() -> Int32 {
    guard let reason = Console.output.lossReason else { return ExitStatus.success }
    ErrorLine.write("cannot write the results to the standard output: \(reason)")
    return ExitStatus.failure
  }

  private static func helpTopic(_ arguments: [String]) -> String {
    let names = Empo.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard let first = arguments.first, names.contains(first) else { return "" }
    return first + " "
  }
}
