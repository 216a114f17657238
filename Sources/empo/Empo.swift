import ArgumentParser
import Foundation

/// The command `empo`.
struct Empo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "empo",
    abstract: "Trains a small language model on its own consistency: questions in, no answers needed.",
    version: "empo 0.1.0",
    subcommands: [])
}

@main
enum Main {
  static func main() async {
    exit(0)
  }
}
