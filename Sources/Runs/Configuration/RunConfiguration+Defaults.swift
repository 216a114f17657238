internal import HuggingFace
internal import Rollouts
internal import Training

extension RunConfiguration {
  /// The defaults for a model.
  ///
  /// Those of the embedded model are its demonstration's: a model of a third of a million parameters bears a learning rate that would
  /// wreck any larger one within a few steps, and answers in a few words. Those of any other model are for one of some hundred million
  /// parameters on a host without a GPU: EMPO's prompt, room to reason, updates as small as its paper's, and memory for few sequences.
  /// Responses take half of the model's positions at most, where its folder tells them.
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
    optimizer.learningRate = 1e-6
    microBatchTokens = 1024
    worker.maximumSequences = 32
  }
}
