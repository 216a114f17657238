import ArgumentParser
import Foundation
import Training

extension TrainCommand {
  func run() async throws {
    let folder: RunFolder
    let configuration: RunConfiguration
    if let resume {
      (folder, configuration) = try reopened(resume)
    } else {
      configuration = try RunConfiguration.load(file: file, flags: flags)
      // Reading everything once before there is a folder keeps failed beginnings from leaving folders.
      let assembly = try RunAssembly(configuration)
      try assembly.base.checkWeights()
      if dryRun {
        Console.output.write(configuration.yaml(isCommented: true))
        Console.output.write(MemoryEstimate(assembly).description)
        return
      }
      folder = try RunFolder.create(at: runFolder)
      try folder.replace(folder.configuration, with: configuration.yaml(isCommented: true))
    }
    let status = try await RunSupervision(folder: folder, configuration: configuration, isInsecure: insecure).run()
    if status != ExitStatus.success { throw ExitCode(status) }
  }

  /// The configuration keys that flags set.
  var flags: [String: String] {
    let values: [String: String?] = [
      "steps": steps.map { "\($0)" }, "workers": workers.map { "\($0)" }, "seed": seed.map { "\($0)" }, "reward": reward,
      "lag": lag.map { "\($0)" },
    ]
    return values.compactMapValues { $0 }
  }

  /// A run to go on with; only the number of workers may differ this time.
  private func reopened(_ path: String) throws -> (RunFolder, RunConfiguration) {
    let folder = try RunFolder.open(path)
    var configuration = try RunConfiguration(contentsOf: folder)
    if let workers { configuration.workers = workers }
    try configuration.validate()
    return (folder, configuration)
  }
}
