import Wire

/// What the training thread is asked to do, one after the other.
enum TrainingJob: Sendable {
  case train(step: UInt32, groups: [TrainingGroup])
  case checkpoint(olderWeights: [UInt32: [UInt8]])
  case evaluate
}

/// What the training thread has to say.
enum TrainingReport: Sendable {
  case ready(version: UInt32, weights: PublishedWeights)
  case trained(StepSummary, WeightFrame, delta: WeightFrame?)
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
    let manifest = trainer.manifest
    var last = try trainer.weights()
    reports.post(
      .ready(version: trainer.version, weights: try published(last, version: trainer.version, older: trainer.olderWeights(), manifest)))
    while let job = jobs.take() {
      switch job {
      case .train(let step, let groups):
        let summary = try trainer.train(step: step, groups: groups)
        precondition(trainer.version == step + 1, "an update of step \(step) makes version \(step + 1)")
        let weights = try trainer.weights()
        let delta = WeightDelta.encode(weights, against: last, manifest: manifest).map {
          WeightFrame($0, policyVersion: step + 1, base: step, manifest: manifest)
        }
        last = weights
        reports.post(.trained(summary, WeightFrame(weights, policyVersion: step + 1, manifest: manifest), delta: delta))
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

/// What a checkpoint has, with the deltas between neighbours: workers that outlived the learner have the older version.
private func published(
  _ weights: [UInt8], version: UInt32, older: [UInt32: [UInt8]], _ manifest: WeightManifest
) -> PublishedWeights {
  var published = PublishedWeights(manifest: manifest)
  var last: (version: UInt32, bytes: [UInt8])?
  for (next, bytes) in older.sorted(by: { $0.key < $1.key }) + [(version, weights)] {
    let delta = last.flatMap { $0.version + 1 == next ? WeightDelta.encode(bytes, against: $0.bytes, manifest: manifest) : nil }
    published.add(
      WeightFrame(bytes, policyVersion: next, manifest: manifest),
      delta: delta.map { WeightFrame($0, policyVersion: next, base: next - 1, manifest: manifest) })
    last = (next, bytes)
  }
  return published
}
