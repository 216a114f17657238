import ArgumentParser
import EMPO
import Files
import Foundation
import Runs

/// `empo plot`: the learning curve of a run, beside that of a control.
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draws the learning curve of a run, and of a control run beside it, as an SVG picture.")

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "RUN"))
  var folder: String

  @Option(help: ArgumentHelp("The control's run folder, such as one with --reward random.", valueName: "RUN"))
  var control: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The picture; by default learning-curve.svg in the run's folder.", valueName: "FILE"))
  var output: String?

  func run() throws {
    let folder = try RunFolder.open(self.folder)
    let configuration = try RunConfiguration(contentsOf: folder)
    let plot = try LearningCurvePlot(
      of: try Self.ledger(of: folder, configuration), configuration: configuration, control: try control.map(Self.curve))
    let path = output ?? folder.learningCurve
    try DurableFile.replace(path, with: plot.svg().utf8)
    print(path)
  }

  private static func curve(of path: String) throws -> LearningCurve {
    let folder = try RunFolder.open(path)
    let configuration = try RunConfiguration(contentsOf: folder)
    return try LearningCurve(of: try ledger(of: folder, configuration), name: configuration.scoring.reward.rawValue)
  }

  private static func ledger(of folder: RunFolder, _ configuration: RunConfiguration) throws -> Ledger {
    guard FileManager.default.fileExists(atPath: folder.ledger) else {
      throw CommandLineError(.runFolder, "\(folder.path) has no ledger yet: expected a run that has begun")
    }
    let outcome = try RunAssembly(configuration).outcome()
    return try folder.explainingChanges(to: outcome) { try Ledger(path: folder.ledger, configuration: outcome.digest) }
  }
}
