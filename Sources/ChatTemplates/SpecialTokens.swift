import Files
import Foundation
import JSON

/// A tokenizer's special tokens by the names that templates know them under, such as `bos_token`.
public struct SpecialTokens: Sendable, Equatable {
  /// The token of each name.
  public var texts: [String: String]

  /// Creates tokens.
  public init(_ texts: [String: String] = [:]) {
    self.texts = texts
  }

  /// Reads the tokens of a checkpoint's folder: those of tokenizer_config.json, then those that only special_tokens_map.json has.
  /// A folder with neither file has none.
  public static func read(folder: String) throws -> SpecialTokens {
    var tokens = SpecialTokens()
    for file in ["/tokenizer_config.json", "/special_tokens_map.json"] {
      let path = folder + file
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let found = try SpecialTokens(members: try members(of: path), of: path)
      tokens.texts.merge(found.texts) { first, _ in first }
    }
    return tokens
  }

  /// Reads a file that is an object of names and tokens.
  public static func read(file: String) throws -> SpecialTokens { try SpecialTokens(members: try members(of: file), of: file) }

  private static func members(of path: String) throws -> JSONObject {
    let bytes = try FileBytes.read(path, limit: FileBytes.configurationLimit)
    guard case .object(let object) = try JSONReader.value(of: bytes, source: path) else {
      throw FileError(.malformed, "\(path): expected an object")
    }
    return object
  }

  /// The members that are named like tokens; the tokens are texts, or objects that hold one.
  private init(members: JSONObject, of path: String) throws {
    self.init()
    for member in members.members {
      switch (member.key, member.value) {
      case ("extra_special_tokens", .object(let more)), ("model_specific_special_tokens", .object(let more)):
        texts.merge(try SpecialTokens(named: more, of: "\(path): \(member.key)").texts) { first, _ in first }
      case (let name, _) where name.hasSuffix("_token"):
        if let text = Self.text(of: member.value) { texts[name] = text }
      default: break
      }
    }
  }

  /// Takes members that are all tokens.
  private init(named members: JSONObject, of path: String) throws {
    self.init()
    for member in members.members {
      guard let text = Self.text(of: member.value) else {
        throw FileError(.malformed, "\(path).\(member.key): found \(member.value.summary), expected a token's text")
      }
      texts[member.key] = text
    }
  }

  /// The text of a token; nil for null and for other settings, such as `add_bos_token`.
  private static func text(of value: JSONValue) -> String? {
    switch value {
    case .string(let text): return text
    case .object(let object):
      guard case .string(let text)? = object["content"] else { return nil }
      return text
    default: return nil
    }
  }
}
