package import Cluster
import EMPO
import Wire

/// The sums of a learner's reports since the process began.
package struct LearnerTally: Sendable {
  package enum Phase: Sendable { case starting, listening, stopping, complete }

  package private(set) var phase = Phase.starting

  private let steps: Int
  private var version: UInt32?
  private var workers = 0
  private var acceptedGroups = 0
  private var droppedGroups = ["duplicate": 0.0, "stale": 0, "rejected": 0]
  private var untaughtGroups = [String: Double](uniqueKeysWithValues: DropReason.allCases.map { ($0.rawValue, 0) })
  private var reassignedLeases: [String: Double] = [:]
  private var doubledLeases = 0
  private var trainedTokens = ["learner": 0.0, "workers": 0]
  private var lostParts = 0
  private var checks = ["passed": 0.0, "false": 0, "uncheckable": 0]
  private var rescoredGroups = 0
  private var workerEvents = ["joined": 0.0, "left": 0, "lost": 0, "hung": 0, "quarantined": 0, "expelled": 0]
  private var refusals = 0
  private var checkpoints = 0
  private var trainedSteps = 0
  private var responseTokens = 0
  private var seconds = 0.0
  private var updateSeconds = 0.0
  private var waitSeconds = 0.0
  private var gradientSeconds = ["computed": 0.0, "fetched": 0]
  private var workerSeconds = ["busy": 0.0, "waiting": 0]
  private var latest: (record: StepRecord, timing: StepTiming)?
  private var evaluation: EvaluationFigures?
  private var measuring: (version: UInt32, answered: Int, questions: Int)?

  package init(steps: Int) {
    self.steps = steps
  }

  package mutating func note(_ report: LearnerReport) {
    switch report {
    case .listening(_, let version):
      self.version = version
      phase = .listening
    case .notice(let notice): note(notice)
    case .step(let record, let timing): note(record, timing)
    case .evaluation(let evaluation):
      self.evaluation = evaluation.figures
      if measuring?.version == evaluation.policyVersion { measuring = nil }
    }
  }

  private mutating func note(_ notice: LearnerNotice) {
    switch notice {
    case .workerJoined(_, _, _, let workers, _):
      self.workers = workers
      workerEvents["joined", default: 0] += 1
    case .workerLeft(_, let workers):
      self.workers = workers
      workerEvents["left", default: 0] += 1
    case .workerLost:
      workers = max(0, workers - 1)
      workerEvents["lost", default: 0] += 1
    case .workerHung: workerEvents["hung", default: 0] += 1
    case .quarantined: workerEvents["quarantined", default: 0] += 1
    case .accepted(let item, _, let missing): accept(item, missing: missing)
    case .measuring(let version, let answered, let questions): measuring = (version, answered, questions)
    case .duplicateDropped: droppedGroups["duplicate", default: 0] += 1
    case .staleDropped: droppedGroups["stale", default: 0] += 1
    case .groupRejected: droppedGroups["rejected", default: 0] += 1
    case .leaseReassigned(_, _, let reason): reassignedLeases["\(reason)", default: 0] += 1
    case .leaseDoubled: doubledLeases += 1
    case .scoresReplaced: rescoredGroups += 1
    case .checkPassed: checks["passed", default: 0] += 1
    case .uncheckable: checks["uncheckable", default: 0] += 1
    case .lieFound(let lie):
      checks["false", default: 0] += 1
      if lie.action == .expel { workerEvents["expelled", default: 0] += 1 }
    case .refused, .misbehaved: refusals += 1
    case .untold(let count): refusals += count
    case .checkpointed: checkpoints += 1
    case .stopping, .outOfTime: phase = .stopping
    case .complete: phase = .complete
    case .partAdded(_, let worker, let tokens, _): note(part: tokens, by: worker)
    case .partLost: lostParts += 1
    case .mixedArithmetic, .otherBuild, .workerRecovered, .quarantineEnded, .accessChanged, .stepReady, .stepFinished, .waiting, .goingBack,
      .updateBegunAgain, .waitingForParts:
      break
    }
  }

  private mutating func note(part tokens: Int, by worker: String) {
    trainedTokens[worker == LearnerMachine.learnerName ? "learner" : "workers", default: 0] += Double(tokens)
  }

  private mutating func accept(_ item: WorkItem, missing: Int) {
    if item.kind == .sample {
      acceptedGroups += 1
    } else if item.kind == .evaluation, let (version, _, questions) = measuring, version == item.step {
      measuring = (version, questions - missing, questions)
    }
  }

  private mutating func note(_ record: StepRecord, _ timing: StepTiming) {
    version = record.step + 1
    workers = timing.pace.workers
    trainedSteps += 1
    for (reason, count) in record.figures.update.dropReasons { untaughtGroups[reason.rawValue, default: 0] += Double(count) }
    responseTokens += timing.responseTokens
    seconds += timing.pace.seconds
    updateSeconds += timing.updateSeconds
    waitSeconds += timing.learnerWaitSeconds
    gradientSeconds["computed", default: 0] += timing.gradientSeconds
    gradientSeconds["fetched", default: 0] += timing.linkSeconds
    workerSeconds["busy", default: 0] += timing.workerBusySeconds
    workerSeconds["waiting", default: 0] += timing.workerWaitSeconds
    latest = (record, timing)
  }

  /// The metrics.
  package var families: [MetricFamily] { runFamilies + intakeFamilies + timeFamilies + figureFamilies + guardFamilies }

  private var runFamilies: [MetricFamily] {
    [
      MetricFamily(.gauge, "empo_policy_version", "The version of the policy: how often it was updated.", version.map(Double.init)),
      MetricFamily(.gauge, "empo_step", "The step under way, counted from 1.", version.map { Double(min(Int($0) + 1, steps)) }),
      MetricFamily(.gauge, "empo_steps", "Steps of the whole run.", Double(steps)),
      MetricFamily(.gauge, "empo_workers", "Workers that take part.", Double(workers)),
      MetricFamily(.counter, "empo_worker_events_total", "Events of workers, by kind.", by: "event", workerEvents),
      MetricFamily(.counter, "empo_refusals_total", "Times that a peer was refused or misbehaved.", Double(refusals)),
      MetricFamily(.counter, "empo_checkpoints_total", "Checkpoints written.", Double(checkpoints)),
    ]
  }

  private var intakeFamilies: [MetricFamily] {
    [
      MetricFamily(.counter, "empo_groups_accepted_total", "Groups accepted, and durable.", Double(acceptedGroups)),
      MetricFamily(.counter, "empo_groups_dropped_total", "Groups that were received and not used.", by: "reason", droppedGroups),
      MetricFamily(
        .counter, "empo_groups_untaught_total", "Groups of trained steps that carried no gradient.", by: "reason", untaughtGroups),
      MetricFamily(.counter, "empo_leases_reassigned_total", "Slots that were leased again.", by: "reason", reassignedLeases),
      MetricFamily(.counter, "empo_leases_doubled_total", "Late slots that were leased to a second worker as well.", Double(doubledLeases)),
      MetricFamily(
        .counter, "empo_checks_total", "Results that were checked, or were to be: other workers or the learner follow their tokens.",
        by: "result", checks),
      MetricFamily(
        .counter, "empo_gradient_tokens_total", "Tokens taken through the model for parts of gradients that are in a sum, by who did it.",
        by: "by", trainedTokens),
      MetricFamily(
        .counter, "empo_gradient_parts_lost_total", "Parts of gradients that were computed and could not be had.", Double(lostParts)),
      MetricFamily(
        .counter, "empo_groups_rescored_total", "Groups whose scores were not those of their tokens; the learner's own were taken.",
        Double(rescoredGroups)),
      MetricFamily(
        .counter, "empo_response_tokens_total", "Response tokens sampled by workers and accepted, counted at each step's end.",
        Double(responseTokens)),
    ]
  }

  private var timeFamilies: [MetricFamily] {
    [
      MetricFamily(.counter, "empo_steps_trained_total", "Steps trained by this process.", Double(trainedSteps)),
      MetricFamily(.counter, "empo_steps_seconds_total", "Seconds that those steps took.", seconds),
      MetricFamily(.counter, "empo_update_seconds_total", "Seconds of those steps spent on the update.", updateSeconds),
      MetricFamily(
        .counter, "empo_gradient_seconds_total", "Seconds of updates in which parts of gradients were computed, and then on their way.",
        by: "stage", gradientSeconds),
      MetricFamily(.counter, "empo_learner_wait_seconds_total", "Seconds of those steps spent waiting for groups.", waitSeconds),
      MetricFamily(
        .counter, "empo_worker_seconds_total", "Seconds that workers sampled or waited, summed over them.", by: "state", workerSeconds),
      MetricFamily(.gauge, "empo_last_step_seconds", "Seconds that the last step took.", latest?.timing.pace.seconds),
      MetricFamily(.gauge, "empo_last_update_seconds", "Seconds that the last step's update took.", latest?.timing.updateSeconds),
    ]
  }

  /// The trainer's figures, by their names.
  private var figureFamilies: [MetricFamily] {
    let update = latest?.record.figures.update
    let groups = update.map { $0.keptGroups + $0.droppedGroups } ?? 0
    return [
      MetricFamily(.gauge, "empo_reward", "Mean reward of the last step's responses.", update?.meanReward),
      MetricFamily(
        .gauge, "empo_semantic_entropy", "Mean semantic entropy of the last step's groups, in nats.", update?.semanticEntropy),
      MetricFamily(
        .gauge, "empo_kept_share", "Share of the last step's groups that carried a gradient, from 0 to 1.",
        groups > 0 ? update.map { Double($0.keptGroups) / Double(groups) } : nil),
      MetricFamily(.gauge, "empo_response_length", "Mean length of the last step's responses, in tokens.", update?.meanLength),
      MetricFamily(
        .gauge, "empo_truncated_share", "Share of the last step's responses that ended at the length limit.", update?.truncatedShare),
      MetricFamily(.gauge, "empo_loss", "The last step's loss.", update?.loss),
      MetricFamily(.gauge, "empo_gradient_norm", "The last step's largest gradient norm, before clipping.", update?.gradientNorm),
      MetricFamily(.gauge, "empo_learning_rate", "The last step's learning rate.", update?.learningRate),
      MetricFamily(.gauge, "empo_held_out", "The last measurement on held-out questions.", by: "measure", measures),
      MetricFamily(
        .gauge, "empo_evaluation_version", "The policy version that is being measured.", measuring.map { Double($0.version) }),
      MetricFamily(
        .gauge, "empo_evaluation_answered_share", "The share of the held-out questions that are answered, from 0 to 1.",
        measuring.map { Double($0.answered) / Double(max(1, $0.questions)) }),
    ]
  }

  /// The guard's figures, by their names; none without a guard.
  private var guardFamilies: [MetricFamily] {
    guard let collapse = latest?.record.figures.update.collapse else { return [] }
    let answers = collapse.answers
    return [
      MetricFamily(.gauge, "empo_guard_alarms", "Figures that are out of the guard's bounds.", Double(collapse.alarmCount)),
      MetricFamily(
        .gauge, "empo_guard_sound_version", "The newest policy version that shows nothing of a collapse.", Double(collapse.soundVersion)),
      MetricFamily(
        .gauge, "empo_guard_end_version", "The policy version with which the guard ends the run.", collapse.end.map(Double.init)),
      MetricFamily(
        .gauge, "empo_guard_majority_share", "Mean share of a group in its largest cluster of answers.", answers.majorityShare),
      MetricFamily(.gauge, "empo_guard_distinct_answers", "Mean number of meanings in a group.", answers.distinctAnswers),
      MetricFamily(
        .gauge, "empo_guard_shared_answer_share", "Share of the latest questions that got the most frequent answer of all.",
        answers.sharedShare),
      MetricFamily(.gauge, "empo_guard_empty_share", "Share of the last step's responses without an answer.", answers.emptyShare),
      MetricFamily(.gauge, "empo_guard_token_entropy", "Entropy of a token in the last step, in nats.", answers.tokenEntropy),
      MetricFamily(
        .gauge, "empo_guard_flipped_share", "Share of the questions sure of an answer before that are sure of another one now.",
        answers.flippedShare),
    ]
  }

  /// What the last measurement found, by its labels.
  private var measures: [String: Double] {
    guard let evaluation else { return [:] }
    let found = [
      "greedy": evaluation.greedy, "mean": evaluation.mean, "majority": evaluation.majority,
      "semantic_entropy": evaluation.semanticEntropy, "length": evaluation.length, "boxed": evaluation.boxed,
    ]
    return found.compactMapValues { $0 }
  }
}
