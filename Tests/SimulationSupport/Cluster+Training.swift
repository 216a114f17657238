import Cluster
import EMPO
import TestSupport
import Wire

/// The learner's training thread: one job after the other.
struct SimulatedTrainer {
  enum Job {
    case train(step: UInt32, groups: [GroupResult])
    case checkpoint(older: [UInt32: [UInt8]], questions: QuestionSchedule.State?)
  }

  var version: UInt32
  var policy: [UInt8]
  var lineage: [UInt32]
  var jobs: [Job] = []

  init(_ checkpoint: SimulatedCheckpoint) {
    version = checkpoint.version
    policy = checkpoint.policy
    lineage = checkpoint.lineage
  }

  var isUpdating: Bool {
    if case .train? = jobs.first { true } else { false }
  }
}

extension Cluster {
  func post(_ job: SimulatedTrainer.Job) {
    guard let life = learner?.life else { return }
    learner?.trainer.jobs.append(job)
    if learner?.trainer.jobs.count == 1 { agenda.plan(.training(life: life), at: now + random.within(scenario.training)) }
    if let waiting = learner?.trainer.jobs.count, waiting > 16 { violate("\(waiting) jobs wait for the training thread") }
  }

  /// The first job is done.
  func train() {
    guard let trainer = learner?.trainer, let life = learner?.life, let job = trainer.jobs.first else { return }
    switch job {
    case .train(let step, let groups):
      guard step == trainer.version else { return violate("step \(step) is trained on version \(trainer.version)") }
      let policy = SimulatedRun.update(trainer.policy, groups: groups.map(\.group))
      learner?.trainer.policy = policy
      learner?.trainer.version = step + 1
      learner?.trainer.lineage.append(step)
      if !scenario.liars.isLenient, policy != versions[Int(step) + 1] { violate("version \(step + 1) is not that of an undisturbed run") }
      if judge.train(step) { tally.count(.stepTrainedAgain) }
      let delta = WeightDelta.encode(WeightBytes(policy), against: WeightBytes(trainer.policy), manifest: SimulatedRun.manifest)
      learner?.published.add(
        WeightFrame(WeightBytes(policy), policyVersion: step + 1, manifest: SimulatedRun.manifest),
        delta: delta.map { WeightFrame(WeightBytes($0), policyVersion: step + 1, base: step, manifest: SimulatedRun.manifest) })
      goOn(life)
      tellLearner(.policyPublished(version: step + 1))
    case .checkpoint(let older, let questions):
      let checkpoint = SimulatedCheckpoint(
        version: trainer.version, policy: trainer.policy, older: older, questions: questions, lineage: trainer.lineage)
      do throws(SimulatedDisk.Trouble) {
        try disk.write(checkpoint, keep: scenario.keptCheckpoints, syncsFirst: bug != .renamesBeforeSyncing)
      } catch {
        return loseDisk(error)
      }
      goOn(life)
      tellLearner(.checkpointed(version: trainer.version))
    }
  }

  private func goOn(_ life: Int) {
    learner?.trainer.jobs.removeFirst()
    if learner?.trainer.jobs.isEmpty == false { agenda.plan(.training(life: life), at: now + random.within(scenario.training)) }
  }
}
