import Foundation
import TestSupport
import Testing

/// What users start from, as far as it can be checked without a cluster; `check_cluster.sh`, `launch.sh` and `slurm.sh` of
/// `scripts/checks/` do more.
@Suite("Files of a cluster")
struct ClusterFilesTests {
  static let systemdAnalyze = ["/usr/bin/systemd-analyze", "/bin/systemd-analyze"].first(where: FileManager.default.isExecutableFile)

  @Test(
    "Systemd finds nothing wrong with the units",
    .enabled(if: systemdAnalyze != nil, "needs systemd-analyze: install systemd"))
  func units() throws {
    let folder = try ScratchFolder()
    let names = ["empo-learner.service", "empo-worker@.service"]
    for name in names {
      let unit = try String(contentsOfFile: TestFiles.package("cluster/systemd/" + name), encoding: .utf8)
      // The program need not be installed here, so another stands for it.
      try unit.replacingOccurrences(of: "/opt/empo/empo", with: "/bin/true")
        .write(toFile: folder.file(name), atomically: true, encoding: .utf8)
    }
    let said = try Self.run(Self.systemdAnalyze ?? "", ["verify", "--man=no"] + names.map { folder.file($0) }, in: folder)
    #expect(said.status == 0 && !said.text.contains("empo"), "\(said.text)")
  }

  @Test("The scripts of a batch system are read by bash", arguments: ["run.sbatch", "workers.sbatch"])
  func scripts(name: String) throws {
    let said = try Self.run("/bin/bash", ["-n", TestFiles.package("cluster/slurm/" + name)], in: ScratchFolder())
    #expect(said.status == 0, "\(said.text)")
  }

  @Test("A run is prepared without being begun, and a learner begins it", .timeLimit(.minutes(15)))
  func preparation() async throws {
    let run = try await TinyRun()
    let prepared = try run.train("prepared", ["--workers", "0", "--prepare"])
    #expect(await prepared.status() == 0, "\(prepared.errors)")
    #expect(prepared.lastLine == "run folder prepared is ready: empo learner --run prepared")
    #expect(run.folder.exists("prepared/config.yaml") && !run.folder.exists("prepared/ledger.sqlite"))
    let learner = try Command(["learner", "--run", "prepared"], in: run.folder, name: "learner")
    #expect(await eventually { run.folder.exists("prepared/endpoints.json") }, "\(learner.errors)")
    learner.send(SIGTERM)
    #expect(await learner.status() == 143, "\(learner.errors)")
  }

  private static func run(_ executable: String, _ arguments: [String], in folder: ScratchFolder) throws -> (status: Int32, text: String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
