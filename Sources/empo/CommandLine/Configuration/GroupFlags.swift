import ArgumentParser
import Runs

/// Keys that are flags.
protocol FlagGroup {
  /// The keys.
  static var keys: [ConfigurationKey] { get }
}

/// The flags of a group of keys.
///
/// The parser finds the flags of a type by reflecting it and reads them back by `Decodable`, both of which are written out here, so that
/// the flags are those of ``ConfigurationKey/all`` and no declaration repeats them.
struct GroupFlags<Group: FlagGroup>: ParsableArguments, CustomReflectable {
  /// What was given, by the name of the key.
  private(set) var values: [String: String] = [:]

  /// Flags that were given several times.
  private var repeated: [(flag: String, values: [String])] = []

  init() {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: FlagName.self)
    for key in Group.keys {
      if case .flag = key.values {
        values[key.name] = try container.decode(Flag<Bool?>.self, forKey: FlagName(key)).wrappedValue.map { "\($0)" }
      } else {
        let given = try container.decode(Option<[String]>.self, forKey: FlagName(key)).wrappedValue
        values[key.name] = given.last
        if given.count > 1 { repeated.append((key.flag, given)) }
      }
    }
  }

  var customMirror: Mirror {
    Mirror(self, children: Group.keys.map { (label: FlagName($0).stringValue, value: Self.definition(of: $0)) })
  }

  func validate() throws {
    guard let first = repeated.first else { return }
    throw ValidationError(
      "\(first.flag) is given \(first.values.count) times, as \(first.values.joined(separator: " and ")): expected one value")
  }

  /// An option takes all its values, so that a second one is noticed.
  private static func definition(of key: ConfigurationKey) -> Any {
    let names = NameSpecification(key.flags.map { .customLong(String($0.dropFirst(2))) })
    let range = if case .flag = key.values { "" } else { "Takes \(key.expectation). " }
    let help = ArgumentHelp(
      "\(key.summary) \(range)\(key.defaultRemark)".replacing("`", with: ""), valueName: key.values.placeholder)
    switch key.values {
    case .flag: return Flag<Bool?>(name: names, inversion: .prefixedNo, exclusivity: .exclusive, help: help)
    case .integer, .number:
      // -1 is a value, too.
      return Option<[String]>(wrappedValue: [], name: names, parsing: .unconditionalSingleValue, help: help)
    case .choice(let words):
      return Option<[String]>(wrappedValue: [], name: names, parsing: .singleValue, help: help, completion: .list(words))
    case .object: return Option<[String]>(wrappedValue: [], name: names, parsing: .singleValue, help: help)
    case .text(let texts):
      let completion: CompletionKind? =
        switch texts.placeholder {
        case "FILE": .file()
        case "DIR": .directory
        default: nil
        }
      return Option<[String]>(wrappedValue: [], name: names, parsing: .singleValue, help: help, completion: completion)
    }
  }
}

/// What the parser calls a key's flag; a dot would lead it into a type within the type.
private struct FlagName: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }

  init(_ key: ConfigurationKey) { stringValue = key.name.replacing(".", with: "_") }

  init?(stringValue: String) { self.stringValue = stringValue }

  init?(intValue: Int) { nil }
}
