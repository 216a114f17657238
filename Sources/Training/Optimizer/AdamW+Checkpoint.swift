internal import HuggingFace
internal import Tensors
internal import Transformer

extension AdamW {
  /// Writes both moments as one safetensors file: `first/NAME` and `second/NAME` for each parameter.
  package func write(safetensors path: String) throws {
    let moments = named
    var writer = try SafetensorsWriter(
      path: path, tensors: moments.flatMap { prefix, moment in moment.layout.entries.map { (prefix + $0.name, $0.shape) } })
    for (_, moment) in moments {
      for entry in moment.layout.entries {
        try moment.storage.withSpan(entry.range) { span in try writer.write(span) }
      }
    }
    try writer.finish(synchronizing: false)
  }

  /// Reads what ``write(safetensors:)`` wrote for the same model.
  package func read(safetensors path: String) throws {
    let file = try SafetensorsFile(path: path)
    for (prefix, moment) in named { try moment.read(file, prefix: prefix) }
  }

  /// Where a file of ``write(safetensors:)`` first has other bits than the moments; nil where it has the same.
  package func difference(from path: String) throws -> ParameterDifference? {
    let file = try SafetensorsFile(path: path)
    for (prefix, moment) in named {
      for entry in moment.layout.entries {
        if let found = ParameterDifference(prefix + entry.name, try file.floats(prefix + entry.name), moment.values(entry)) { return found }
      }
    }
    return nil
  }

  private var named: [(String, Parameters)] { [("first/", first), ("second/", second)] }
}

extension Parameters {
  /// Reads what ``write(safetensors:elementType:synchronizing:)`` wrote for the same layout.
  package func read(safetensors path: String) throws {
    try read(try SafetensorsFile(path: path), prefix: "")
  }

  fileprivate func read(_ file: SafetensorsFile, prefix: String) throws {
    for entry in layout.entries {
      try storage.withMutableSpan(entry.range) { span in try file.read(prefix + entry.name, into: &span) }
    }
  }
}
