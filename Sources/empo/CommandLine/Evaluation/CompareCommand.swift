import ArgumentParser
import Evaluation
import Files
import Foundation
import HuggingFace
import Runs

/// `empo compare`: which of two models answers better, as far as the data can say.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Says which of two models answers better, and how sure that is.",
    discussion: """
      Takes two files of results that empo eval --out wrote, or models that are measured first, as empo eval would; beside a run, another \
      model is asked as the run's. Both must have answered the same questions. Greedy accuracies are compared by McNemar's exact test, and \
      all figures by the paired bootstrap.
      """)

  @Argument(help: ArgumentHelp("A file of results, or a model as empo eval takes it.", valueName: "A"))
  var first: String

  @Argument(help: ArgumentHelp("The other one.", valueName: "B"))
  var second: String

  @Flag(help: "Prints one JSON object in place of sentences.")
  var json = false

  @OptionGroup var arguments: EvaluationArguments

  func run() async throws {
    // Files are read first: a model may take hours, in vain if the other side cannot be read.
    let read = [try file(first), try file(second)]
    var measured = try await arguments.evaluate(zip([first, second], read).filter { $0.1 == nil }.map(\.0))[...]
    let results = read.map { $0 ?? measured.removeFirst() }
    let comparison = try EvaluationComparison(results[0], results[1], names: (first, second), bootstrap: arguments.bootstrap)
    Console.output.write(json ? try comparison.json() : comparison.lines().map { $0 + "\n" }.joined())
  }

  /// The results in a file; nil for what is no file.
  private func file(_ place: String) throws -> EvaluationResults? {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), !isFolder.boolValue else { return nil }
    // A model in another format is no file of results.
    if ForeignFormat(path: place) != nil { try ModelPlace.requireFolder(place) }
    return try EvaluationResults(contentsOf: place)
  }
}
