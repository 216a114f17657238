import EMPO
import Wire

/// What the training thread is asked to do, one after the other.
enum TrainingJob: Sendable {
  case train(step: UInt32, groups: [PromptedGroup])
  case prepare(step: UInt32, groups: [PromptedGroup])
  case compute(part: UInt32, step: UInt32)
  case recompute(part: UInt32, step: UInt32)
  case add(WorkResult, bytes: [UInt8])
  case finish(step: UInt32)
  case checkpoint(olderWeights: [UInt32: WeightBytes], questions: QuestionSchedule.State?, ledger: LedgerReach)
}

/// Where a trainer stands that was just made.
struct TrainerState: Sendable {
  var version: UInt32
  var questions: QuestionSchedule.State?
  var end: UInt32?
}

/// What the training thread has to say.
enum TrainingReport: Sendable {
  case ready(TrainerState, weights: PublishedWeights)
  case trained(UpdateReport, WeightFrame, delta: WeightFrame?, end: UInt32?)
  case prepared(step: UInt32, parts: [GradientPart])
  case event(LearnerMachine.Event)
  case checkpointed(version: UInt32)
  case failed(any Error)
}

/// Makes the trainer and serves jobs until their queue is closed.
func serveTraining(
  _ jobs: BoundedQueue<TrainingJob>, reports: BoundedQueue<TrainingReport>, makeTrainer: () throws -> any StepTrainer
) {
  do {
    let trainer = try makeTrainer()
    let manifest = trainer.manifest
    var last = try trainer.weights()
    let versions = try trainer.olderWeights().merging([trainer.version: last]) { $1 }
    let published = PublishedWeights(restored: versions, manifest: manifest)
    let state = TrainerState(version: trainer.version, questions: trainer.questions, end: trainer.end)
    reports.post(.ready(state, weights: published))
    func report(_ update: UpdateReport, step: UInt32) throws {
      precondition(trainer.version == step + 1, "an update of step \(step) makes version \(step + 1)")
      let weights = try trainer.weights()
      let delta = WeightDelta.encode(weights, against: last, manifest: manifest).map {
        WeightFrame(WeightBytes($0), policyVersion: step + 1, base: step, manifest: manifest)
      }
      last = weights
      let frame = WeightFrame(weights, policyVersion: step + 1, manifest: manifest)
      reports.post(.trained(update, frame, delta: delta, end: trainer.end))
    }
    while let job = jobs.take() {
      switch job {
      case .train(let step, let groups): try report(try trainer.train(step: step, groups: groups), step: step)
      case .prepare(let step, let groups): reports.post(.prepared(step: step, parts: try trainer.begin(step: step, groups: groups)))
      case .compute(let part, let step):
        reports.post(.event(.computed(part: part, step: step, tokens: try trainer.compute(part: Int(part)))))
      case .recompute(let part, let step):
        let own = try trainer.gradient(ofPart: Int(part)).summary()
        reports.post(.event(.recomputed(WorkItem(.gradient, step: step, slot: part), own: own)))
      case .add(let result, let bytes): reports.post(.event(try add(result, bytes, to: trainer)))
      case .finish(let step): try report(try trainer.finish(step: step), step: step)
      case .checkpoint(let olderWeights, let questions, let ledger):
        try trainer.checkpoint(olderWeights: olderWeights, questions: questions, ledger: ledger)
        reports.post(.checkpointed(version: trainer.version))
      }
    }
  } catch {
    reports.post(.failed(error))
  }
}

/// Adds a worker's part to the sum, if its bytes are those that the worker told of. One that is not like the run's own parts, or has a figure that is
/// no number, is computed again: what is true is added, however large it is.
private func add(_ result: WorkResult, _ bytes: [UInt8], to trainer: any StepTrainer) throws -> LearnerMachine.Event {
  guard let told = result.gradient else { preconditionFailure("what is added is a gradient") }
  let gradient = ComputedGradient(bytes: bytes, statistics: told.statistics)
  guard try gradient.summary().digest == told.digest else { return .refuted(result.item, own: nil) }
  let figures = [told.statistics.loss, told.statistics.divergence, told.statistics.minimumRatio, told.statistics.maximumRatio]
  if !figures.allSatisfy(\.isFinite) || !trainer.isUsual(gradient) {
    let own = try trainer.gradient(ofPart: Int(result.item.slot)).summary()
    guard own.digest == told.digest else { return .refuted(result.item, own: own) }
  }
  try trainer.add(part: Int(result.item.slot), gradient)
  return .added(result.item)
}
