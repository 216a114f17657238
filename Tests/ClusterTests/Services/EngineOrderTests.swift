import Cluster
import EMPO
import Foundation
import Logging
import SimulationSupport
import Synchronization
import TestSupport
import Testing
import Wire

/// In which order a worker's engine thread is given what waits for it.
@Suite(.timeLimit(.minutes(5))) struct EngineOrderTests {
  /// What the engine thread came to.
  private enum Deed: Equatable {
    case load(UInt32)
    case work(WorkItem)
  }

  /// What the engine thread and the socket thread tell the test.
  private final class Diary: Sendable {
    let deeds = Mutex<[Deed]>([])
    /// Tasks that were given while weights of another version than they name were loaded.
    let misplaced = Mutex<[WorkItem]>([])
    /// Everything was handed to the engine thread.
    let isHanded = DispatchSemaphore(value: 0)
  }

  /// Begins its first batch only once all that the learner has to say is with its thread, and then takes what it may.
  private final class CuriousSampler: GroupSampler {
    private let diary: Diary
    private var loaded: UInt32?
    private var weights: [UInt8] = []
    private var hasWaited = false

    init(_ diary: Diary) { self.diary = diary }

    func load(version: UInt32, weights: WeightBytes) throws {
      (loaded, self.weights) = (version, weights.array())
      diary.deeds.withLock { $0.append(.load(version)) }
    }

    func sample(from feed: any TaskFeed) throws {
      if !hasWaited { diary.isHanded.wait() }
      hasWaited = true
      while let next = feed.nextPart() {
        note(next.task)
        guard let part = next.task.part else { preconditionFailure("a part is asked for") }
        feed.deliver(SimulatedRun.gradient(of: part, weights: weights), for: next.ticket)
      }
      while let next = feed.next() {
        note(next.task)
        feed.deliver(Fixture.group(step: next.task.item.step, slot: next.task.item.slot), for: next.ticket)
      }
    }

    private func note(_ task: Wire.Task) {
      diary.deeds.withLock { $0.append(.work(task.item)) }
      guard task.policyVersion != loaded || weights != Fixture.weights(task.policyVersion) else { return }
      diary.misplaced.withLock { $0.append(task.item) }
    }
  }

  private static func task(_ item: WorkItem, version: UInt32) -> Wire.Task {
    var task = Fixture.task(step: item.step, slot: item.slot, version: version, lease: UInt64(100 * version + 10 * item.step + item.slot))
    guard item.kind == .gradient else { return task }
    task.item = item
    task.groupSize = 0
    (task.questionID, task.question, task.promptTokens) = ("", "", [])
    var group = Fixture.group(step: item.step, slot: item.slot)
    group.responses[0].reward = 0
    task.part = SimulatedRun.parts([group], questions: [0], count: 1).first
    return task
  }

  /// What a worker's engine thread does when a learner says things one after the other.
  private func deeds(hearing messages: [LearnerMessage], count: Int) async throws -> Diary {
    let (diary, network) = (Diary(), InProcessNetwork())
    let learner = try network.makeLearner()
    let worker = WorkerService(
      plan: Fixture.worker(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      makeSampler: { _, _ in CuriousSampler(diary) }, makeTransport: { try network.makeWorker("w") },
      watch: { report in
        // The last word: what came before has been handed on.
        if case .notice(.refused) = report { diary.isHanded.signal() }
      })
    try await withThrowingTaskGroup { group in
      group.addTask { try await worker.run() }
      #expect(await eventually { (try? learner.send(Fixture.welcome(), to: Peer("w"))) == .sent })
      for message in messages + [.refuse(Refusal(code: .other, reason: "no more"))] {
        #expect(try learner.send(message, to: Peer("w")) == .sent)
      }
      #expect(await eventually(within: .seconds(20)) { diary.deeds.withLock(\.count) >= count })
      _ = try learner.send(.finish, to: Peer("w"))
      try await group.waitForAll()
    }
    #expect(worker.outcome == .finished)
    return diary
  }

  private func weights(_ version: UInt32) -> [LearnerMessage] { Fixture.chunks(version).map { .weights($0) } }

  @Test(
    "Nothing of a version is begun before that version is loaded, not even in a batch that is under way",
    arguments: [.sample, .gradient] as [WorkKind])
  func nothingOvertakesWeights(first: WorkKind) async throws {
    // The first task's place is leased anew at another version. That cancels the task while the sampler is at its batch, behind which weights
    // and tasks wait then.
    let (place, part, sample) = (WorkItem(first, step: 1, slot: 0), WorkItem(.gradient, step: 1, slot: 1), WorkItem(step: 1, slot: 2))
    let later = [place, part, sample].map { Self.task($0, version: 1) }
    let diary = try await deeds(hearing: weights(0) + [.tasks([Self.task(place, version: 0)])] + weights(1) + [.tasks(later)], count: 5)
    #expect(diary.misplaced.withLock(\.self) == [])
    let inOrder = first == .sample ? [part, place, sample] : [place, part, sample]
    #expect(diary.deeds.withLock(\.self) == [.load(0), .load(1)] + inOrder.map { .work($0) })
  }

  @Test("A part of a gradient overtakes what is to be sampled at its version") func partsComeFirst() async throws {
    let samples = (0..<3).map { WorkItem(step: 0, slot: $0) }
    let part = WorkItem(.gradient, step: 0, slot: 0)
    let messages = weights(0) + (samples + [part]).map { .tasks([Self.task($0, version: 0)]) }
    let diary = try await deeds(hearing: messages, count: 5)
    #expect(diary.misplaced.withLock(\.self) == [])
    #expect(diary.deeds.withLock(\.self) == [.load(0), .work(part)] + samples.map { .work($0) })
  }
}
