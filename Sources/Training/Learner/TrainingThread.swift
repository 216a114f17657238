import Wire

/// What the training thread is asked to do, one after the other.
enum TrainingJob: Sendable {
  case train(step: UInt32, groups: [TrainingGroup])
  case checkpoint(olderWeights: [UInt32: [UInt8]])
  case evaluate
}

/// What the training thread has to say.
enum TrainingReport: Sendable {
  case ready(version: UInt32, manifest: WeightManifest, weights: [UInt32: [UInt8]])
  case trained(StepSummary, version: UInt32, weights: [UInt8])
  case checkpointed(version: UInt32)
  case evaluated(PolicyEvaluation)
  case failed(any Error)
}

/// Makes the trainer and serves jobs until their queue is closed.
func serveTraining(
  _ jobs: BoundedQueue<TrainingJob>, reports: BoundedQueue<TrainingReport>, makeTrainer: () throws -> any StepTrainer
) {
  do {
    let trainer = try makeTrainer()
    var weights = try trainer.olderWeights()
    weights[trainer.version] = try trainer.weights()
    reports.post(.ready(version: trainer.version, manifest: trainer.manifest, weights: weights))
    weights = [:]
    while let job = jobs.take() {
      switch job {
      case .train(let step, let groups):
        let summary = try trainer.train(step: step, groups: groups)
        precondition(trainer.version == step + 1, "an update of step \(step) makes version \(step + 1)")
        reports.post(.trained(summary, version: trainer.version, weights: try trainer.weights()))
      case .checkpoint(let olderWeights):
        try trainer.checkpoint(olderWeights: olderWeights)
        reports.post(.checkpointed(version: trainer.version))
      case .evaluate:
        reports.post(.evaluated(try trainer.evaluate()))
      }
    }
  } catch {
    reports.post(.failed(error))
  }
}
