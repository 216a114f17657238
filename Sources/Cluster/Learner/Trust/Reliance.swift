/// Which trained steps rest on whose word alone: by workers, the first step with a group that the worker sampled and nobody has checked, or
/// that nobody but the worker has checked.
struct Reliance: Sendable {
  private var steps: [String: UInt32]

  init(_ steps: [String: UInt32]) {
    self.steps = steps
  }

  subscript(worker: String) -> UInt32? { steps[worker] }

  var names: [String] { Array(steps.keys) }

  /// A step is trained.
  mutating func add(_ fillings: [StepSlots.Filling], step: UInt32) {
    for filling in fillings {
      let name = filling.checker ?? filling.worker
      guard name != LearnerMachine.learnerName else { continue }
      steps[name] = min(steps[name] ?? step, step)
    }
  }
}
