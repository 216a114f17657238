import Cluster
import EMPO
import TestSupport
import Wire

/// The learner's training thread: one job after the other.
struct SimulatedTrainer {
  enum Job {
    case train(step: UInt32, groups: [WorkResult])
    case prepare(step: UInt32, groups: [WorkResult], questions: [Int])
    case compute(part: UInt32, step: UInt32)
    case recompute(part: UInt32, step: UInt32)
    case add(WorkResult, [UInt8])
    case finish(step: UInt32)
    case checkpoint(older: [UInt32: [UInt8]], questions: QuestionSchedule.State?)
  }

  var version: UInt32
  var policy: [UInt8]
  var lineage: [UInt32]
  var jobs: [Job] = []

  /// The update in parts that was begun.
  var parts: [GradientPart] = []
  var sum = PartTree<[UInt8]>(count: 1)

  /// The sum in the order in which parts came, for a bug.
  var arrivals: [UInt8]?

  init(_ checkpoint: SimulatedCheckpoint) {
    version = checkpoint.version
    policy = checkpoint.policy
    lineage = checkpoint.lineage
  }

  var isUpdating: Bool {
    switch jobs.first {
    case .train, .prepare, .compute, .recompute, .add, .finish: true
    case .checkpoint, nil: false
    }
  }

  /// Adds what is in the sum already.
  mutating func spoil(with gradient: [UInt8]) {
    guard sum.missing == 0, let total = sum.total else { return }
    var doubled = PartTree<[UInt8]>(count: 1)
    doubled.insert(SimulatedRun.sum(total, gradient), at: 0, add: SimulatedRun.sum)
    sum = doubled
  }

  /// Adds a part to the sum.
  mutating func add(_ gradient: [UInt8], at part: UInt32) {
    sum.insert(gradient, at: Int(part), add: SimulatedRun.sum)
    arrivals = arrivals.map { SimulatedRun.sum($0, gradient) } ?? gradient
  }
}

extension Cluster {
  func post(_ job: SimulatedTrainer.Job) {
    guard let life = learner?.life else { return }
    learner?.trainer.jobs.append(job)
    if learner?.trainer.jobs.count == 1 { agenda.plan(.training(life: life), at: now + random.within(scenario.training)) }
    let bound = 16 + 2 * Int(plan.gradients?.parts ?? 0)
    if let waiting = learner?.trainer.jobs.count, waiting > bound { violate("\(waiting) jobs wait for the training thread") }
  }

  /// The first job is done.
  func train() {
    guard let trainer = learner?.trainer, let life = learner?.life, let job = trainer.jobs.first else { return }
    switch job {
    case .train(let step, let groups):
      guard step == trainer.version else { return violate("step \(step) is trained on version \(trainer.version)") }
      finish(step, with: SimulatedRun.update(trainer.policy, groups: groups.map(\.group)), of: trainer)
    case .prepare(let step, let groups, let questions):
      guard let gradients = plan.gradients, step == trainer.version else {
        return violate("step \(step) is begun on version \(trainer.version)")
      }
      let parts = SimulatedRun.parts(groups.map(\.group), questions: questions, count: gradients.parts)
      learner?.trainer.parts = parts
      learner?.trainer.sum = PartTree(count: Int(gradients.parts))
      learner?.trainer.arrivals = nil
      for part in 0..<gradients.parts where parts.isEmpty || parts[Int(part)].isEmpty {
        learner?.trainer.sum.insert(nil, at: Int(part), add: SimulatedRun.sum)
      }
      goOn(life)
      tellLearner(.prepared(step: step, parts: parts.indices.filter { !parts[$0].isEmpty }.map(UInt32.init)))
    case .compute(let part, let step):
      tally.count(.partByTheLearner)
      learner?.trainer.add(SimulatedRun.gradient(of: trainer.parts[Int(part)], weights: trainer.policy).bytes, at: part)
      goOn(life)
      tellLearner(.computed(part: part, step: step, tokens: 1))
    case .recompute(let part, let step):
      goOn(life)
      guard let own = summary(of: part, trainer) else { return violate("a gradient has no summary") }
      tellLearner(.recomputed(WorkItem(.gradient, step: step, slot: part), own: own))
    case .add(let result, let bytes):
      goOn(life)
      tellLearner(add(result, bytes, to: trainer))
    case .finish(let step):
      var total = trainer.sum.total
      if bug == .addsInOrderOfArrival, total != nil { total = trainer.arrivals }
      finish(step, with: SimulatedRun.update(trainer.policy, gradient: total), of: trainer)
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

  /// A step's update is done.
  private func finish(_ step: UInt32, with policy: [UInt8], of trainer: SimulatedTrainer) {
    guard let life = learner?.life else { return }
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
    tellLearner(.policyPublished(version: step + 1, end: decidedEnd(at: step + 1)))
  }

  private func summary(of part: UInt32, _ trainer: SimulatedTrainer) -> GradientSummary? {
    try? SimulatedRun.gradient(of: trainer.parts[Int(part)], weights: trainer.policy).summary()
  }

  /// As the training thread adds a worker's part.
  private func add(_ result: WorkResult, _ bytes: [UInt8], to trainer: SimulatedTrainer) -> LearnerMachine.Event {
    let part = result.item.slot
    guard let told = result.gradient, let own = summary(of: part, trainer) else { return .refuted(result.item, own: nil) }
    let gradient = ComputedGradient(bytes: bytes, statistics: told.statistics)
    guard (try? gradient.summary())?.digest == told.digest else { return .refuted(result.item, own: nil) }
    // Some are far from the others, and looked at for that.
    if random.happens(0.05), own.digest != told.digest { return .refuted(result.item, own: own) }
    tally.count(.partByAWorker)
    if own.digest != told.digest, !scenario.liars.isLenient, bug == nil { violate("\(result.item) is a lie, and is added") }
    learner?.trainer.add(bytes, at: part)
    if bug == .addsAPartTwice, random.happens(0.2) { learner?.trainer.spoil(with: bytes) }
    return .added(result.item)
  }

  private func goOn(_ life: Int) {
    learner?.trainer.jobs.removeFirst()
    if learner?.trainer.jobs.isEmpty == false { agenda.plan(.training(life: life), at: now + random.within(scenario.training)) }
  }
}
