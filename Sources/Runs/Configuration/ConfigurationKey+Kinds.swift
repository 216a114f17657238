import ChatTemplates
import HuggingFace
import Rollouts

typealias Place<Value> = any WritableKeyPath<RunConfiguration, Value> & Sendable

extension ConfigurationKey {
  private init<Value>(
    _ name: String, _ place: Place<Value>, _ summary: String, shapesOutcome: Bool, values: Values,
    path: @escaping @Sendable (String) -> Substring? = { _ in nil }, format: @escaping @Sendable (Value) -> String,
    parse: @escaping @Sendable (String) -> Value?
  ) {
    self.name = name
    self.summary = summary
    self.values = values
    self.shapesOutcome = shapesOutcome
    self.path = path
    read = { format($0[keyPath: place]) }
    write = { configuration, text in
      guard let value = parse(text) else { return false }
      configuration[keyPath: place] = value
      return true
    }
  }

  static func integer<Value: FixedWidthInteger & Sendable>(
    _ name: String, _ place: Place<Value>, _ range: ClosedRange<Value>, _ summary: String, shapesOutcome: Bool = true
  ) -> ConfigurationKey {
    ConfigurationKey(
      name, place, summary, shapesOutcome: shapesOutcome, values: .integer(Int(range.lowerBound)...Int(range.upperBound)),
      format: { "\($0)" }, parse: { text in Value(text).flatMap { range.contains($0) ? $0 : nil } })
  }

  static func number(
    _ name: String, _ place: Place<Double>, _ range: NumberRange, _ summary: String, shapesOutcome: Bool = true
  ) -> ConfigurationKey {
    ConfigurationKey(
      name, place, summary, shapesOutcome: shapesOutcome, values: .number(range),
      format: { "\($0)" }, parse: { text in Double(text).flatMap { range.contains($0) ? $0 : nil } })
  }

  static func flag(_ name: String, _ place: Place<Bool>, _ summary: String, shapesOutcome: Bool = true) -> ConfigurationKey {
    ConfigurationKey(
      name, place, summary, shapesOutcome: shapesOutcome, values: .flag, format: { "\($0)" }, parse: { Bool($0) })
  }

  static func choice<Value: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ place: Place<Value>, _ summary: String, shapesOutcome: Bool = true
  ) -> ConfigurationKey where Value.RawValue == String {
    ConfigurationKey(
      name, place, summary, shapesOutcome: shapesOutcome, values: .choice(Value.allCases.map(\.rawValue)),
      format: { $0.rawValue }, parse: { Value(rawValue: $0) })
  }

  /// A text, or a word that stands for none.
  static func optionalText(
    _ name: String, _ place: Place<String?>, none: String, _ length: ClosedRange<Int>, _ summary: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      name, place, summary, shapesOutcome: true,
      values: .text(
        Texts(
          words: [none],
          others: "or a text of \(length.lowerBound == 0 ? "at most" : "\(length.lowerBound) to") \(length.upperBound) bytes",
          placeholder: "TEXT", pattern: length.lowerBound == 0 ? "" : ".", maximumBytes: length.upperBound)),
      format: { $0 ?? none },
      parse: { text in
        if text == none { return .some(nil) }
        guard length.contains(text.utf8.count) else { return nil }
        return text
      })
  }

  /// A text with the question in it, or the name of a preset, which is read as its text.
  static func prompt(_ name: String, _ place: Place<String>, _ summary: String) -> ConfigurationKey {
    ConfigurationKey(
      name, place, summary, shapesOutcome: true,
      values: .text(
        Texts(
          words: PromptPreset.allCases.map(\.rawValue), others: "or a text of at most 65536 bytes with {question} in it",
          placeholder: "TEXT", pattern: "\\{question\\}", maximumBytes: 65536)),
      format: { $0 },
      parse: { text in
        PromptPreset(rawValue: text)?.template ?? (text.contains("{question}") && text.utf8.count <= 65536 ? text : nil)
      })
  }

  /// `auto`, `none` or a path.
  static func template(_ name: String, _ place: Place<TemplateSource>, _ summary: String) -> ConfigurationKey {
    ConfigurationKey(
      name, place, summary, shapesOutcome: true,
      values: .text(Texts(words: ["auto", "none"], others: "or a file in Jinja", placeholder: "FILE", pattern: ".")),
      path: { ["auto", "none"].contains($0) ? nil : $0[...] },
      format: { source in
        switch source {
        case .automatic: "auto"
        case .none: "none"
        case .path(let path): path
        }
      },
      parse: { text in
        switch text {
        case "auto": .automatic
        case "none": TemplateSource.none
        default: text.isEmpty || text.utf8.contains(0) ? nil : .path(text)
        }
      })
  }

  /// Variables of a chat template: a JSON object.
  static func variables(_ name: String, _ place: Place<TemplateVariables>, _ summary: String) -> ConfigurationKey {
    ConfigurationKey(
      name, place, summary, shapesOutcome: true, values: .object, format: { $0.description }, parse: { try? TemplateVariables(json: $0) })
  }

  /// `embedded`, a path, and `none` where the run can do without.
  static func source(
    _ name: String, _ place: Place<DataSource>, _ what: String, placeholder: String, mayBeNone: Bool = false, _ summary: String,
    shapesOutcome: Bool = true
  ) -> ConfigurationKey {
    ConfigurationKey(
      name, place, summary, shapesOutcome: shapesOutcome,
      values: .text(
        Texts(words: mayBeNone ? ["embedded", "none"] : ["embedded"], others: "or \(what)", placeholder: placeholder, pattern: ".")),
      path: { ["embedded", "none"].contains($0) ? nil : $0[...] },
      format: { source in
        switch source {
        case .embedded: "embedded"
        case .none: "none"
        case .path(let path): path
        }
      },
      parse: { text in
        switch text {
        case "embedded": .embedded
        case "none": mayBeNone ? DataSource.none : nil
        default: text.isEmpty || text.utf8.contains(0) ? nil : .path(text)
        }
      })
  }

  /// Projections by their names, with commas between them, or `all-linear`.
  static func targets(_ name: String, _ place: Place<Set<LoRAConfiguration.Target>>, _ summary: String) -> ConfigurationKey {
    let names = LoRAConfiguration.Target.allCases.map(\.rawValue)
    return ConfigurationKey(
      name, place, summary, shapesOutcome: true,
      values: .text(
        Texts(
          words: ["all-linear"], parts: names, others: "or some of \(names.joined(separator: ", ")) with commas between them",
          placeholder: "NAMES",
          pattern: "^(\(names.joined(separator: "|")))(, *(\(names.joined(separator: "|"))))*$")),
      format: { targets in
        targets.count == names.count ? "all-linear" : names.filter { targets.map(\.rawValue).contains($0) }.joined(separator: ",")
      },
      parse: { text in
        if text == "all-linear" { return Set(LoRAConfiguration.Target.allCases) }
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingPrefix(while: { $0 == " " }) }
        let targets = words.compactMap { LoRAConfiguration.Target(rawValue: String($0)) }
        return targets.count == words.count ? Set(targets) : nil
      })
  }

  /// A judge by its name; that of a judge with a model ends in the model's folder.
  static func judge(_ name: String, _ place: Place<JudgeKind>, _ summary: String) -> ConfigurationKey {
    ConfigurationKey(
      name, place, summary, shapesOutcome: true,
      values: .text(
        Texts(
          words: ["exact", "math", "choice", "text"], parts: ["embedding", "nli", "verifier"],
          others: "embedding:DIR, nli:DIR, or verifier:DIR", placeholder: "JUDGE",
          pattern: "^(embedding|nli|verifier):.")),
      path: { (try? JudgeKind($0))?.folder.map { $0[...] } },
      format: { $0.description }, parse: { try? JudgeKind($0) })
  }

  static func memory(_ name: String, _ place: Place<MemoryCap>, _ summary: String) -> ConfigurationKey {
    ConfigurationKey(
      name, place, summary, shapesOutcome: false,
      values: .text(
        Texts(
          words: ["none"], others: "or a size such as 4GB or 512MB", placeholder: "SIZE", pattern: "^[0-9]+ *(([kKmMgG][iI]?)?[bB])?$",
          maximumBytes: 32)),
      format: { $0.description }, parse: { MemoryCap($0) })
  }

  static func metrics(_ name: String, _ place: Place<MetricsAddress?>, _ summary: String) -> ConfigurationKey {
    ConfigurationKey(
      name, place, summary, shapesOutcome: false,
      values: .text(
        Texts(
          words: ["none"], others: "or HOST:PORT, such as 127.0.0.1:9100", placeholder: "HOST:PORT", pattern: "^.+:[0-9]+$",
          maximumBytes: 256)),
      format: { $0.map { "\($0)" } ?? "none" },
      parse: { text in
        if text == "none" { return .some(nil) }
        return MetricsAddress(text).map { .some($0) }
      })
  }

  static func address(_ name: String, _ place: Place<ListenAddress>, _ summary: String) -> ConfigurationKey {
    ConfigurationKey(
      name, place, summary, shapesOutcome: false,
      values: .text(
        Texts(
          words: ["auto"], others: "or tcp://HOST:PORT with a port from 1 to 65535", placeholder: "ADDRESS",
          pattern: "^tcp://[^/\\s]+:[0-9]+$", maximumBytes: 256)),
      format: { address in
        switch address {
        case .automatic: "auto"
        case .endpoint(let endpoint): endpoint
        }
      },
      parse: { text in
        if text == "auto" { return .automatic }
        guard text.hasPrefix("tcp://"), text.utf8.count <= 256, let colon = text.lastIndex(of: ":") else { return nil }
        let host = text[text.index(text.startIndex, offsetBy: 6)...].prefix(upTo: max(colon, text.index(text.startIndex, offsetBy: 6)))
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "/" }) else { return nil }
        guard let port = UInt16(text[text.index(after: colon)...]), port > 0 else { return nil }
        return .endpoint(text)
      })
  }
}
