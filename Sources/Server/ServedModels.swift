/// The models that a server answers with, by name. The first one answers requests that name none.
struct ServedModels: Sendable {
  let all: [ServedModel]
  private let first: ServedModel

  /// Throws where there is no model, or where two have a name in common.
  init(_ models: [ServedModel]) throws(ServerError) {
    guard let first = models.first else { throw ServerError(.models, "there is no model to serve") }
    var names: Set<String> = []
    for model in models {
      for name in Set([model.name] + model.aliases) {
        guard names.insert(name).inserted else { throw ServerError(.models, "two models are called '\(name)': give each another name") }
      }
    }
    all = models
    self.first = first
  }

  /// The model of a name; the first one where there is none. Throws where no model is called so.
  func model(named name: String?) throws(ServerError) -> ServedModel {
    guard let name else { return first }
    guard let model = all.first(where: { $0.isCalled(name) }) else {
      let names = all.map { "'\($0.name)'" }.joined(separator: ", ")
      throw ServerError(.unknownModel, "The model '\(name.prefix(200))' does not exist: this server has \(names).", parameter: "model")
    }
    return model
  }
}
