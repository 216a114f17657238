import Files
public import Foundation
import JSON
public import Tensors

/// The config.json of an exported model: its base model's, with the format of the exported weights.
///
/// Members and their order are the base's, including members unknown to this library, so that other programs find in the export all that
/// they found in the base.
public enum ExportedConfiguration {
  /// The text for weights in `elementType`, from the text of the base's config.json; `source` names the latter in error messages.
  public static func encoded(base: Data, elementType: FloatFormat, source: String = "config.json") throws -> Data {
    guard case .object(var object) = try JSONReader.value(of: Array(base), source: source) else {
      throw FileError(.malformed, "\(source): expected a JSON object")
    }
    let format = JSONValue.string(elementType.configurationName)
    var isNamed = false
    for index in object.members.indices where ["dtype", "torch_dtype"].contains(object.members[index].key) {
      object.members[index].value = format
      isNamed = true
    }
    // Every version of transformers reads the older name.
    if !isNamed { object.members.append(.init("torch_dtype", format)) }
    return Data(JSONValue.object(object).encoded())
  }
}
