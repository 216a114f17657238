import Cluster
import Dashboard
import EMPO
import Testing
import Wire

@Suite struct BoardTests {
  /// The values by name and labels, as they are written.
  private func values(_ board: any Board) -> [String: String] {
    var values: [String: String] = [:]
    for line in Exposition.text(of: board.metrics).split(separator: "\n") where !line.hasPrefix("#") {
      let end = line.lastIndex(of: " ") ?? line.endIndex
      let old = values.updateValue(String(line[end...].dropFirst()), forKey: String(line[..<end]))
      #expect(old == nil, "\(line) is told twice")
    }
    return values
  }

  private let timing = StepTiming(
    step: 7, seconds: 4, learnerWaitSeconds: 1.5, updateSeconds: 0.5, workerBusySeconds: 6, workerWaitSeconds: 2, groups: 4,
    responseTokens: 300, intakeSeconds: 3, workers: 2, duplicates: 1, stale: 0, reassigned: 1)

  @Test("A learner tells what it reported") func aLearnerTellsWhatItReported() {
    let board = LearnerBoard(steps: 10, pulse: Pulse())
    #expect(!board.readiness.isGood && !board.liveness.isGood)
    #expect(values(board)["empo_policy_version"] == nil && values(board)["empo_workers"] == "0")
    board.note(.listening(endpoint: "tcp://127.0.0.1:5", version: 7))
    #expect(board.readiness.isGood)
    #expect(values(board)["empo_policy_version"] == "7" && values(board)["empo_step"] == "8" && values(board)["empo_steps"] == "10")

    let notices: [LearnerNotice] = [
      .workerJoined(worker: "a", software: "s", fingerprint: "f", workers: 1, isReturn: false),
      .workerJoined(worker: "b", software: "s", fingerprint: "f", workers: 2, isReturn: false),
      .workerJoined(worker: "c", software: "s", fingerprint: "f", workers: 3, isReturn: false),
      .accepted(item: WorkItem(step: 7, slot: 0), worker: "a", missing: 3),
      .accepted(item: WorkItem(step: 7, slot: 1), worker: "b", missing: 2),
      .measuring(version: 7, answered: 0, questions: 8),
      .accepted(item: WorkItem(.evaluation, step: 7, slot: 1), worker: "b", missing: 6),
      .duplicateDropped(item: WorkItem(step: 7, slot: 1), worker: "a"),
      .staleDropped(item: WorkItem(step: 1, slot: 0), policyVersion: 1, worker: "a"),
      .groupRejected(item: WorkItem(step: 7, slot: 2), worker: "b", reason: "r"),
      .leaseReassigned(item: WorkItem(step: 7, slot: 2), worker: "b", reason: .workerGone),
      .leaseReassigned(item: WorkItem(step: 7, slot: 3), worker: "b", reason: .expired),
      .leaseReassigned(item: WorkItem(step: 7, slot: 2), worker: "b", reason: .expired),
      .leaseDoubled(item: WorkItem(step: 7, slot: 3), worker: "b", second: "a", milliseconds: 9),
      .checkPassed(item: WorkItem(step: 7, slot: 0), worker: "a", checker: "b"),
      .uncheckable(item: WorkItem(step: 7, slot: 1), worker: "b", count: 1),
      .workerLost(worker: "c", reason: "silent", leases: 1), .refused(peer: "x", reason: "r"), .untold(count: 4),
    ]
    for notice in notices { board.note(.notice(notice)) }
    #expect(values(board)["empo_workers"] == "2")
    #expect(values(board)["empo_evaluation_version"] == "7" && values(board)["empo_evaluation_answered_share"] == "0.25")
    var update = UpdateReport()
    (update.meanReward, update.semanticEntropy, update.loss) = (0.25, 1.5, .nan)
    (update.keptGroups, update.droppedGroups, update.dropReasons) = (3, 1, [.unanimous: 1])
    board.note(.step(StepRecord(step: 7, figures: StepFigures(update: update, pace: timing.pace)), timing))
    board.note(.evaluation(EvaluationRecord(policyVersion: 8, figures: EvaluationFigures(greedy: 0.5, semanticEntropy: 2))))
    let values = values(board)
    let expected = [
      "empo_policy_version": "8", "empo_step": "9", "empo_workers": "2", "empo_groups_accepted_total": "2",
      "empo_groups_dropped_total{reason=\"duplicate\"}": "1", "empo_groups_dropped_total{reason=\"stale\"}": "1",
      "empo_groups_untaught_total{reason=\"unanimous\"}": "1", "empo_groups_untaught_total{reason=\"equal_rewards\"}": "0",
      "empo_groups_dropped_total{reason=\"rejected\"}": "1", "empo_leases_reassigned_total{reason=\"expired\"}": "2",
      "empo_leases_reassigned_total{reason=\"workerGone\"}": "1", "empo_leases_doubled_total": "1",
      "empo_checks_total{result=\"passed\"}": "1", "empo_checks_total{result=\"false\"}": "0",
      "empo_checks_total{result=\"uncheckable\"}": "1", "empo_groups_rescored_total": "0",
      "empo_worker_events_total{event=\"joined\"}": "3", "empo_worker_events_total{event=\"lost\"}": "1", "empo_refusals_total": "5",
      "empo_response_tokens_total": "300", "empo_steps_trained_total": "1", "empo_steps_seconds_total": "4",
      "empo_update_seconds_total": "0.5", "empo_learner_wait_seconds_total": "1.5", "empo_worker_seconds_total{state=\"busy\"}": "6",
      "empo_last_step_seconds": "4", "empo_last_update_seconds": "0.5", "empo_reward": "0.25", "empo_semantic_entropy": "1.5",
      "empo_kept_share": "0.75", "empo_loss": "NaN", "empo_held_out{measure=\"greedy\"}": "0.5",
      "empo_held_out{measure=\"semantic_entropy\"}": "2",
    ]
    for (name, value) in expected { #expect(values[name] == value, "\(name)") }
    #expect(values["empo_held_out{measure=\"mean\"}"] == nil)
    board.note(.notice(.stopping))
    #expect(!board.readiness.isGood)
  }

  @Test("The last step is not followed by another") func theLastStepIsNotFollowedByAnother() {
    let board = LearnerBoard(steps: 8, pulse: Pulse())
    board.note(.step(StepRecord(step: 7, figures: StepFigures(update: UpdateReport(), pace: timing.pace)), timing))
    #expect(values(board)["empo_policy_version"] == "8" && values(board)["empo_step"] == "8")
    #expect(values(board)["empo_kept_share"] == nil)
    board.note(.notice(.complete))
    #expect(!board.readiness.isGood)
  }

  @Test("A worker is ready while it is welcome") func aWorkerIsReadyWhileItIsWelcome() {
    let board = WorkerBoard(pulse: Pulse())
    #expect(!board.readiness.isGood && !board.liveness.isGood)
    board.note(.notice(.joined(run: "r", incarnation: 1, policyVersion: 3)))
    #expect(board.readiness.isGood)
    board.note(.notice(.greetingAgain(reason: "the learner was restarted")))
    #expect(!board.readiness.isGood)
    board.note(.notice(.joined(run: "r", incarnation: 2, policyVersion: 3)))
    #expect(board.readiness.isGood)
    board.note(.notice(.draining(declined: 1, unfinished: 1)))
    board.note(.notice(.joined(run: "r", incarnation: 3, policyVersion: 3)))
    #expect(!board.readiness.isGood)
  }

  @Test("A worker tells what it reported") func aWorkerTellsWhatItReported() {
    let board = WorkerBoard(pulse: Pulse())
    #expect(values(board)["empo_policy_version"] == nil)
    for notice: WorkerNotice in [
      .joined(run: "r", incarnation: 1, policyVersion: 3), .versionComplete(4), .repairRequested(version: 4, chunks: 2),
      .repairRequested(version: 4, chunks: 3), .resultSent(WorkItem(step: 4, slot: 1), tokens: 20, seconds: 0.5),
      .resultSent(WorkItem(step: 4, slot: 2), tokens: 20, seconds: 0.25), .acknowledged(WorkItem(step: 4, slot: 1), .accepted),
      .chunkDropped(version: 3, index: 0, reason: "r"),
    ] {
      board.note(.notice(notice))
    }
    #expect(values(board)["empo_policy_version"] == "4")
    board.note(
      .heartbeat(Heartbeat(incarnation: 1, leases: [], policyVersion: 5, busySeconds: 2, waitingSeconds: 1.5, sampledTokens: 40)))
    let values = values(board)
    let expected = [
      "empo_policy_version": "5", "empo_welcomes_total": "1", "empo_groups_sent_total": "2", "empo_group_seconds_total": "0.75",
      "empo_groups_answered_total{disposition=\"accepted\"}": "1", "empo_tokens_sampled_total": "40",
      "empo_worker_seconds_total{state=\"busy\"}": "2", "empo_worker_seconds_total{state=\"waiting\"}": "1.5",
      "empo_chunks_requested_total": "5", "empo_weights_dropped_total{piece=\"chunk\"}": "1",
    ]
    for (name, value) in expected { #expect(values[name] == value, "\(name)") }
  }

  @Test("A relay tells what it reported and is ready with weights") func aRelayTellsWhatItReportedAndIsReadyWithWeights() {
    let board = RelayBoard(pulse: Pulse())
    #expect(!board.readiness.isGood && !board.liveness.isGood && values(board)["empo_policy_version"] == nil)
    board.note(.listening(endpoint: "tcp://127.0.0.1:5", publisher: "tcp://127.0.0.1:6"))
    board.note(.notice(.joined(run: "r", incarnation: 1, policyVersion: 3, holding: nil)))
    #expect(!board.readiness.isGood)
    for notice: RelayNotice in [
      .requested(version: 3, base: nil, chunks: 64), .requested(version: 3, base: nil, chunks: 2), .versionComplete(3), .workerJoined("a"),
      .workerJoined("b"), .chunkDropped(version: 4, index: 0, reason: "r"), .versionComplete(4), .refused(reason: "r"),
      .waiting(milliseconds: 9),
    ] {
      board.note(.notice(notice))
    }
    #expect(board.readiness.isGood)
    let expected = [
      "empo_policy_version": "4", "empo_versions_total": "2", "empo_welcomes_total": "1", "empo_worker_hellos_total": "2",
      "empo_chunks_requested_total": "66", "empo_chunks_dropped_total": "1", "empo_refusals_total": "1",
    ]
    let values = values(board)
    for (name, value) in expected { #expect(values[name] == value, "\(name)") }
    board.note(.notice(.greetingAgain(reason: "the learner was restarted")))
    #expect(!board.readiness.isGood)
    board.note(.notice(.joined(run: "r", incarnation: 2, policyVersion: 4, holding: 4)))
    #expect(board.readiness.isGood)
    board.note(.notice(.joined(run: "other", incarnation: 3, policyVersion: 2, holding: nil)))
    #expect(!board.readiness.isGood)
  }
}
