import EMPO
import Wire

/// What the training thread is asked to do, one after the other.
enum TrainingJob: Sendable {
  case train(step: UInt32, groups: [PromptedGroup])
  case checkpoint(olderWeights: [UInt32: WeightBytes], questions: QuestionSchedule.State?, ledger: LedgerReach)
}

/// What the training thread has to say.
enum TrainingReport: Sendable {
  case ready(version: UInt32, weights: PublishedWeights, questions: QuestionSchedule.State?)
  case trained(UpdateReport, WeightFrame, delta: WeightFrame?)
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
    reports.post(.ready(version: trainer.version, weights: published, questions: trainer.questions))
    while let job = jobs.take() {
      switch job {
      case .train(let step, let groups):
        let report = try trainer.train(step: step, groups: groups)
        precondition(trainer.version == step + 1, "an update of step \(step) makes version \(step + 1)")
        let weights = try trainer.weights()
        let delta = WeightDelta.encode(weights, against: last, manifest: manifest).map {
          WeightFrame(WeightBytes($0), policyVersion: step + 1, base: step, manifest: manifest)
        }
        last = weights
        reports.post(.trained(report, WeightFrame(weights, policyVersion: step + 1, manifest: manifest), delta: delta))
      case .checkpoint(let olderWeights, let questions, let ledger):
        try trainer.checkpoint(olderWeights: olderWeights, questions: questions, ledger: ledger)
        reports.post(.checkpointed(version: trainer.version))
      }
    }
  } catch {
    reports.post(.failed(error))
  }
}
