import Foundation
import Operations
import Tensors
import TestSupport
import Testing

@Suite("Doctor")
struct DoctorTests {
  @Test("A finding is a line with its grade, its subject and what to do")
  func lines() {
    #expect(Finding.ok("disk", "enough").line == "ok       disk         enough")
    #expect(Finding.problem("network", "nobody answers", do: "start it").line == "problem  network      nobody answers; start it")
  }

  @Test("The limits of a container count, not the machine's")
  func container() throws {
    let folder = try ScratchFolder()
    for (name, text) in [
      ("proc/cpuinfo", "processor : 0\nmodel name\t: A Processor\nflags\t\t: fpu avx2 avx512f\n"),
      ("proc/meminfo", "MemTotal: 2000 kB\nMemAvailable:    1000 kB\n"), ("sys/fs/cgroup/cpu.max", "50000 100000\n"),
      ("sys/fs/cgroup/memory.max", "500000\n"), ("sys/fs/cgroup/memory.current", "100000\n"),
    ] {
      let path = folder.file(name)
      try FileManager.default.createDirectory(
        at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let facts = HostFacts(root: folder.path)
    #expect(facts.availableMemory == 400_000 && facts.processorQuota == 0.5 && facts.processor == "A Processor")
    #expect(facts.processorFinding.grade == .warning && facts.processorFinding.line.contains("AVX2, AVX-512"))
  }

  @Test(
    "The learner's clock is compared with the middle of the exchange",
    arguments: [
      (1_000.0, 1_000.0, 1_000.125, "ok       clock        within 0.2 s of the learner's"),
      (1_007.0, 1_000.0, 1_010.0, "ok       clock        within 7.0 s of the learner's"),
      (1_030.0, 1_000.0, 1_000.0, "warning  clock        30.0 s behind the learner's; have both set by NTP"),
      (1_000.0, 4_600.0, 4_600.0, "warning  clock        60 min ahead of the learner's; have both set by NTP"),
      (0.0, 1.8e9, 1.8e9, "warning  clock        20833 days ahead of the learner's; have both set by NTP"),
    ])
  func clocks(learner: Double, asked: Double, answered: Double, line: String) {
    #expect(ClockFinding.compare(learner: learner, asked: asked, answered: answered).line.hasPrefix(line))
  }

  @Test(
    "Builds are compared",
    arguments: [
      ("empo 1 (a)", "ok       build        empo 1 (a) on both sides"),
      ("empo 1 (b)", "warning  build        the learner is empo 1 (b), this host has empo 1 (a); install the same build on both"),
      (nil, "warning  build        the learner does not say which build it is; install the same on both"),
    ])
  func builds(learner: String?, line: String) {
    #expect(BuildFinding.compare(learner: learner, here: "empo 1 (a)").line == line)
  }

  @Test("The products' finding tells the kernels and what they were compared with")
  func products() {
    let line = ProductsFinding.finding().line
    #expect(line.hasPrefix("ok       products     \(KernelSet.name) kernels; within 1e-") && line.contains(" of what OpenBLAS "), "\(line)")
  }

  @Test("Every instruction set has the same fingerprint", arguments: ["avx512", "avx2", "baseline"])
  func fingerprint(kernels: String) async throws {
    let commands = try [[:], ["EMPO_KERNELS": kernels]].map { try Command(["doctor"], in: ScratchFolder(), environment: $0) }
    var lines: [String] = []
    for command in commands {
      #expect(await command.status() == 0)
      lines += command.output.split(separator: "\n").filter { $0.contains("fingerprint") }.map(String.init)
    }
    #expect(lines.count == 2 && lines[0] == lines[1], "\(lines)")
  }

  @Test(
    "A library that computes otherwise is a problem, told with its path, and status 1",
    .enabled(if: StubOpenBLAS.isPossible, StubOpenBLAS.withoutCompiler))
  func wrongLibrary() async throws {
    let stub = try StubOpenBLAS(.losesTerm)
    let command = try Command(["doctor"], in: ScratchFolder(), environment: ["EMPO_OPENBLAS": stub.path])
    #expect(await command.status() == 1)
    let line = "problem  products     OpenBLAS 9.8.7 with Stub kernels (\(stub.path)): row 0, column "
    #expect(command.output.contains(line), "\(command.output)")
  }

  @Test("A path of OpenBLAS that leads nowhere is one line and status 1", arguments: [["doctor"], ["train"], ["--version"]])
  func nowhere(_ arguments: [String]) async throws {
    let command = try Command(arguments, in: ScratchFolder(), environment: ["EMPO_OPENBLAS": "/nowhere/libopenblas.so"])
    #expect(await command.status() == 1)
    #expect(command.error.hasPrefix("empo: error: environment: EMPO_OPENBLAS: found /nowhere/libopenblas.so, expected "))
    #expect(command.output.isEmpty && command.errors.split(separator: "\n").count == 1)
  }

  @Test("A host that tells nothing is no error")
  func nothingKnown() throws {
    let facts = HostFacts(root: try ScratchFolder().path)
    #expect(facts.availableMemory == nil && facts.features.isEmpty && facts.processorFinding.grade == .warning)
  }

  @Test("An address where nobody listens is a problem, told with what to do, and status 1")
  func unreachable() async throws {
    let command = try Command(["doctor", "--connect", "tcp://127.0.0.1:1"], in: ScratchFolder())
    #expect(await command.status() == 1)
    #expect(command.output.contains("problem  network      tcp://127.0.0.1:1 cannot be reached"), "\(command.output)")
    #expect(command.output.contains("ok       processor") || command.output.contains("warning  processor"))
  }

  @Test(
    "Something that listens and is no learner is told",
    .enabled(if: LoopbackSSH.obstacle == nil, "needs something that listens: install openssh-server"))
  func stranger() async throws {
    let ssh = try LoopbackSSH()
    let folder = try ScratchFolder()
    var output = ""
    // The daemon may need a moment to listen.
    for attempt in 0..<50 where !output.contains("is no learner") {
      let command = try Command(["doctor", "--connect", "tcp://127.0.0.1:\(ssh.port)"], in: folder, name: "attempt-\(attempt)")
      #expect(await command.status() == 1)
      output = command.output
    }
    #expect(output.contains("answers, but is no learner"), "\(output)")
  }

  @Test("Open secrets are a problem, and so is a learner without keys where some are given")
  func keys() async throws {
    let folder = try ScratchFolder()
    let making = try Command(["keys", "new", "worker", "a", "--to", "."], in: folder, name: "keys")
    #expect(await making.status() == 0, "\(making.errors)")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.file("a.key"))
    let command = try Command(["doctor", "--connect", "tcp://127.0.0.1:1", "--key", "a.key", "--learner-key", "none"], in: folder)
    #expect(await command.status() == 1)
    #expect(command.output.contains("problem  key          a.key holds a secret key and is"), "\(command.output)")
    #expect(command.output.contains("chmod 600 a.key") && command.output.contains("cannot open none"), "\(command.output)")
  }

  @Test("An examined learner takes the host in and trains on as if nobody had asked", .timeLimit(.minutes(15)))
  func learner() async throws {
    let run = try await TinyRun()
    let plain = try run.train("plain")
    #expect(await plain.status() == 0, "\(plain.errors)")
    // Without workers it waits for as long as it is examined.
    let waiting = try run.train("examined", ["--workers", "0"])
    #expect(await eventually { run.folder.exists("examined/endpoints.json") }, "\(waiting.errors)")
    struct Endpoints: Decodable { var learner: String }
    let data = try #require(FileManager.default.contents(atPath: run.folder.file("examined/endpoints.json")))
    let address = try JSONDecoder().decode(Endpoints.self, from: data).learner
    let doctor = try Command(["doctor", "--connect", address, "--run", "examined"], in: run.folder, name: "doctor")
    #expect(await doctor.status() == 0, "\(doctor.output)\(doctor.errors)")
    for subject in ["network", "protocol", "fingerprint", "clock", "run", "model", "memory", "disk"] {
      #expect(doctor.output.contains("ok       \(subject) "), "\(doctor.output)")
    }
    let worker = try Command(["worker", "--connect", address, "--threads", "1"], in: run.folder, name: "worker")
    #expect(await waiting.status() == 0, "\(waiting.errors)")
    #expect(await worker.status() == 0, "\(worker.errors)")
    #expect(try run.digest(of: "examined") == run.digest(of: "plain"))
  }
}
