internal import HuggingFace
internal import Rollouts
internal import Training

extension RunConfiguration {
  /// The learning rate of these defaults, if they trained something else.
  func learningRate(training other: TrainedWeights) -> Double {
    // Rounded, so that ten times 10⁻⁶ is the number that is written 10⁻⁵.
    let scaled = { (factor: Double) in (self.optimizer.learningRate * factor * 1e12).rounded() / 1e12 }
    switch (train, other) {
    case (.full, .lora): return scaled(10)
    case (.lora, .full): return scaled(0.1)
    case (.full, .full), (.lora, .lora): return optimizer.learningRate
    }
  }

  /// The defaults for a model.
  ///
  /// Those of the embedded model are its demonstration's: a model of a third of a million parameters bears a learning rate that would
  /// wreck any larger one within a few steps, and answers in a few words. Those of any other model are for one of some hundred million
  /// parameters on a host without a GPU: EMPO's prompt, room to reason, updates as small as its paper's, and memory for few sequences.
  /// Responses take half of the model's positions at most, where its folder tells them. Adapters are trained, since such hosts have little
  /// memory: those of a PEFT folder, where the model is one.
  public init(defaultsFor model: DataSource) {
    self.init()
    guard case .path(let folder) = model else { return }
    self.model = model
    questions = .none
    heldOut = .none
    promptTemplate = PromptPreset.boxed.template
    steps = 100
    questionsPerStep = 8
    groupSize = 8
    let positions = (try? ModelConfiguration(folder: folder))?.maximumPositions ?? Int.max
    sampling.maximumNewTokens = min(512, max(1, positions / 2))
    train = .lora
    if let adapters = try? AdapterConfiguration(folder: folder).lora { lora = LoRA(adapters) }
    optimizer.learningRate = 1e-5
    microBatchTokens = 1024
    worker.maximumSequences = 32
  }
}
