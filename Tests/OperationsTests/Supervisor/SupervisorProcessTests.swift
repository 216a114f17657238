import Foundation
import Operations
import Synchronization
import TestSupport
import Testing

/// Real processes: shells that stand for the learner and the workers.
@Suite("Supervisor and real processes", .serialized)
struct SupervisorProcessTests {
  /// A supervisor of shells, what it said, and its folder.
  final class Scene: Sendable {
    let folder: ScratchFolder
    let supervisor: Supervisor
    let notices: Notices

    final class Notices: Sendable {
      private let list = Mutex<[SupervisionNotice]>([])
      var all: [SupervisionNotice] { list.withLock { $0 } }
      func append(_ notice: SupervisionNotice) { list.withLock { $0.append(notice) } }
    }

    /// Scripts find the scratch folder as `$0`, and append their pid to the file named after the child.
    init(_ plan: SupervisionPlan, learner: String, worker: String = "cat >/dev/null") throws {
      let folder = try ScratchFolder()
      let notices = Notices()
      self.folder = folder
      self.notices = notices
      supervisor = Supervisor(
        plan: plan,
        command: { child in
          let body = child == .learner ? learner : worker
          let script = "echo $$ >> \"$0/\(child).pids\"\n" + body
          return ChildCommand(
            executable: "/bin/sh", name: "sh", arguments: ["-c", script, folder.path], log: folder.file(child.logName))
        },
        isLearnerReady: { folder.exists("ready") },
        say: { notices.append($0) })
    }

    func pids(_ child: Child) -> [Int32] { folder.numbers("\(child).pids") }
  }

  static let ready = "touch \"$0/ready\"\n"
  static func plan(workers: Int, budget: Int = 3, workerGrace: Duration = .milliseconds(100)) -> SupervisionPlan {
    SupervisionPlan(
      workers: workers, restartBudget: budget, restartDelay: .milliseconds(5), learnerGrace: .seconds(20), farewell: .milliseconds(100),
      workerGrace: workerGrace)
  }

  @Test("The supervisor ends with the learner's status", arguments: [Int32(0), 1, 7])
  func status(status: Int32) async throws {
    // Long enough for a worker that leaves by itself, however busy the host is.
    let scene = try Scene(Self.plan(workers: 1, workerGrace: .seconds(20)), learner: Self.ready + "exit \(status)")
    #expect(await scene.supervisor.run() == status)
    #expect(scene.notices.all == (status == 0 ? [] : [.learnerFailed(.exited(status))]))
  }

  @Test("A child leads a process group of its own, under the name it was given")
  func processGroup() async throws {
    let scene = try Scene(
      Self.plan(workers: 0), learner: "cut -d' ' -f5 /proc/$$/stat > \"$0/group\"; tr '\\0' ' ' < /proc/$$/cmdline > \"$0/name\"")
    #expect(await scene.supervisor.run() == 0)
    #expect(scene.folder.numbers("group") == scene.pids(.learner))
    #expect(scene.folder.text("name").hasPrefix("sh -c "))
  }

  @Test("What a child says is in its log, across restarts")
  func logs() async throws {
    let scene = try Scene(
      Self.plan(workers: 0), learner: "echo out; echo err >&2; [ -e \"$0/again\" ] || { touch \"$0/again\"; kill -9 $$; }")
    #expect(await scene.supervisor.run() == 0)
    #expect(scene.folder.lines("learner.log") == ["out", "err", "out", "err"])
  }

  @Test("A killed worker and a killed learner are started again, and the user is told")
  func restarts() async throws {
    let scene = try Scene(
      Self.plan(workers: 2), learner: Self.ready + "until [ -e \"$0/done\" ]; do sleep 0.01; done")
    async let status = scene.supervisor.run()
    for child in [Child.worker(2), .learner] {
      #expect(await eventually { scene.pids(child).count == 1 })
      kill(try #require(scene.pids(child).last), SIGKILL)
      #expect(await eventually { scene.pids(child).count == 2 })
    }
    #expect(FileManager.default.createFile(atPath: scene.folder.file("done"), contents: nil))
    #expect(await status == 0)
    // Workers that read on are killed at the end, which is said too.
    #expect(
      scene.notices.all.prefix(2) == [
        .restarting(.worker(2), .signaled(9), restart: 1, budget: 3), .restarting(.learner, .signaled(9), restart: 1, budget: 3),
      ])
    #expect(scene.pids(.worker(1)).count == 1)
  }

  @Test("A learner that dies at every start uses its budget up")
  func budget() async throws {
    let scene = try Scene(Self.plan(workers: 1, budget: 4), learner: "kill -SEGV $$")
    #expect(await scene.supervisor.run() == 1)
    #expect(scene.pids(.learner).count == 5)
    #expect(scene.notices.all.suffix(2) == [.gaveUp(.learner, .signaled(SIGSEGV), budget: 4), .resumable])
    #expect(scene.pids(.worker(1)).isEmpty)
  }

  @Test("An executable that is not there is told, not trapped on")
  func missingExecutable() async throws {
    let folder = try ScratchFolder()
    let notices = Scene.Notices()
    let supervisor = Supervisor(
      plan: Self.plan(workers: 0),
      command: { _ in ChildCommand(executable: "/nowhere/empo", name: "empo", arguments: [], log: folder.file("log")) },
      isLearnerReady: { true }, say: { notices.append($0) })
    #expect(await supervisor.run() == 1)
    guard case .learnerFailed(.notStarted(let reason)) = notices.all.first else {
      Issue.record("\(notices.all)")
      return
    }
    #expect(reason.contains("/nowhere/empo"))
  }

  @Test("A child that does not read the line with which its life begins is killed, and the user is told")
  func mute() async throws {
    let scene = try Scene(
      SupervisionPlan(workers: 0, restartBudget: 3, patience: .milliseconds(120)), learner: "while :; do :; done")
    #expect(await scene.supervisor.run() == 1)
    #expect(scene.notices.all == [.learnerFailed(.mute(.milliseconds(120))), .resumable])
    for pid in scene.pids(.learner) { #expect(!isRunning(pid)) }
  }

  /// A process that does not end, whatever is done to it, as one that waits for a disk that does not answer.
  private struct Stuck: SupervisedProcess {
    func run() async -> ChildEnding {
      // Left behind, it may end: a task that is cancelled does not sleep, and would turn for ever.
      while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
      return .exited(0)
    }
    func terminate() {}
    func kill() {}
    var hasShownLife: Bool { true }
  }

  @Test("The supervisor ends although its children do not", arguments: [1, 2])
  func stuckChildren(interrupts: Int) async throws {
    let notices = Scene.Notices()
    let plan = SupervisionPlan(
      workers: 1, restartBudget: 3, learnerGrace: .milliseconds(20), workerGrace: .milliseconds(20), burial: .milliseconds(20))
    let hasStarted = Atomic(false)
    let supervisor = Supervisor(
      plan: plan,
      process: { _ in
        hasStarted.store(true, ordering: .relaxed)
        return Stuck()
      }, isLearnerReady: { true }, say: { notices.append($0) })
    async let status = supervisor.run()
    #expect(await eventually { hasStarted.load(ordering: .relaxed) })
    for _ in 0..<interrupts { supervisor.stop(by: SIGTERM) }
    #expect(await status == 143)
    #expect(notices.all.contains(.leaving(.learner)))
  }

  @Test("An interrupt asks the learner first, workers after it")
  func interrupt() async throws {
    let scene = try Scene(
      Self.plan(workers: 1, workerGrace: .seconds(20)),
      learner: "trap 'echo learner >> \"$0/order\"; exit 143' TERM\n" + Self.ready + "while :; do sleep 0.01; done",
      worker: "trap 'echo worker >> \"$0/order\"; exit 0' TERM; touch \"$0/worker\"; while :; do sleep 0.01; done")
    async let status = scene.supervisor.run()
    #expect(await eventually { scene.folder.exists("worker") })
    scene.supervisor.stop(by: SIGINT)
    #expect(await status == 130)
    #expect(scene.folder.lines("order") == ["learner", "worker"])
    #expect(scene.notices.all == [.stopping, .resumable])
  }

  @Test("A second interrupt kills children that ignore the first, and what they started")
  func secondInterrupt() async throws {
    let deaf = "trap '' TERM INT; sleep 1000 & echo $! > \"$0/deaf\"; wait; wait"
    let scene = try Scene(Self.plan(workers: 0), learner: deaf)
    async let status = scene.supervisor.run()
    #expect(await eventually { !scene.folder.lines("deaf").isEmpty })
    scene.supervisor.stop(by: SIGINT)
    scene.supervisor.stop(by: SIGINT)
    #expect(await status == 130)
    let grandchild = try #require(scene.folder.numbers("deaf").first)
    #expect(await eventually { !isRunning(grandchild) })
  }

  @Test("Children see their standard input close when the supervisor lets go of it, and not before")
  func standardInput() async throws {
    // Each worker would hold the other's pipe open if it inherited it; killing one must not be seen by the other.
    let scene = try Scene(
      Self.plan(workers: 2), learner: Self.ready + "until [ -e \"$0/done\" ]; do sleep 0.01; done",
      worker: "ls -l /proc/$$/fd > \"$0/$$.fd\"; grep -c pipe \"$0/$$.fd\" >> \"$0/pipes\"; cat > /dev/null; echo closed >> \"$0/closed\"")
    async let status = scene.supervisor.run()
    #expect(await eventually { scene.folder.numbers("pipes").count == 2 })
    #expect(scene.folder.numbers("pipes") == [1, 1])
    kill(try #require(scene.pids(.worker(1)).last), SIGKILL)
    #expect(await eventually { scene.pids(.worker(1)).count == 2 })
    #expect(scene.folder.lines("closed").isEmpty)
    #expect(FileManager.default.createFile(atPath: scene.folder.file("done"), contents: nil))
    #expect(await status == 0)
  }

  @Test("No ending is lost when many children die at once")
  func storm() async throws {
    let scene = try Scene(
      Self.plan(workers: 24, budget: 2), learner: "trap 'exit 143' TERM\n" + Self.ready + "while :; do sleep 0.01; done",
      worker: "kill -9 $$")
    #expect(await scene.supervisor.run() == 1)
    for number in 1...24 { #expect(scene.pids(.worker(number)).count == 3) }
    #expect(scene.notices.all.suffix(2) == [.noWorkerLeft, .resumable])
  }
}
