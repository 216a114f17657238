extension MethodLibrary {
  /// Every method of Python's texts; those that ``call(_:of:_:in:)`` lacks are refused by name.
  static let textNames: Set<String> = [
    "capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find", "format", "format_map", "index", "isalnum",
    "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper",
    "join", "ljust", "lower", "lstrip", "maketrans", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust",
    "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "translate", "upper", "zfill",
  ]

  /// Calls a method of a text.
  static func call(_ name: String, of text: TemplateText, _ arguments: CallArguments, in rendering: Rendering) throws -> TemplateValue {
    try rendering.spend(bytes: text.bytes.count)
    if let answer = answers[name] {
      try arguments.expectNone(of: name)
      return .boolean(answer(text))
    }
    if let conversion = conversions[name] {
      try arguments.expectNone(of: name)
      return try rendering.text(conversion(text))
    }
    switch name {
    case "strip", "lstrip", "rstrip":
      let ends: TextEnds = name == "strip" ? .both : name == "lstrip" ? .leading : .trailing
      return try rendering.text(text.stripped(ends, of: try arguments.bound(to: ["chars"], of: name)[0].optionalText("chars")))
    case "removeprefix", "removesuffix":
      let part = try arguments.bound(to: ["part"], required: 1, of: name)[0].text("part", default: "")
      return try rendering.text(name == "removeprefix" ? text.removing(prefix: part) : text.removing(suffix: part))
    case "startswith", "endswith": return try affix(name, of: text, arguments)
    case "find", "rfind", "index", "rindex", "count": return try search(name, in: text, arguments)
    case "format": return try rendering.text(try BraceFormat.text(text, arguments: arguments, in: rendering))
    case "format_map":
      guard case .dictionary(let members)? = try arguments.bound(to: ["mapping"], required: 1, of: name)[0] else {
        throw TemplateProblem("format_map() takes a dictionary")
      }
      var named = CallArguments()
      for (key, value) in zip(members.keys, members.values) { named.keywords.append((try rendering.string(key).string, value)) }
      return try rendering.text(try BraceFormat.text(text, arguments: named, in: rendering))
    case "center", "ljust", "rjust", "zfill": return try pad(name, text, arguments, in: rendering)
    case "replace":
      let values = try arguments.bound(to: ["old", "new", "count"], required: 2, of: name)
      return try replace(
        text, try values[0].text("old", default: ""), with: try values[1].text("new", default: ""),
        count: try values[2].integer("count", default: -1), in: rendering)
    case "split", "rsplit", "splitlines", "partition", "rpartition": return try split(name, text, arguments, in: rendering)
    case "join":
      let values = try rendering.elements(of: try arguments.bound(to: ["iterable"], required: 1, of: name)[0] ?? .none)
      let texts = try values.enumerated().map { place, value in
        guard case .text(let text) = value else {
          throw TemplateProblem("sequence item \(place): expected str instance, \(value.typeName) found")
        }
        return text
      }
      return try join(texts, separator: text, in: rendering)
    default: throw unsupported(name, of: .text(text))
    }
  }

  private static let answers: [String: @Sendable (TemplateText) -> Bool] = [
    "isspace": { $0.isSpace }, "isalpha": { $0.isAlphabetic }, "isalnum": { $0.isAlphanumeric }, "isdecimal": { $0.isDecimal },
    "isdigit": { $0.isDigits }, "isnumeric": { $0.isNumeric }, "islower": { $0.isLowercase }, "isupper": { $0.isUppercase },
    "istitle": { $0.isTitlecase }, "isidentifier": { $0.isIdentifier }, "isprintable": { $0.isPrintable },
    "isascii": { $0.bytes.allSatisfy { $0 < 0x80 } },
  ]

  private static let conversions: [String: @Sendable (TemplateText) -> TemplateText] = [
    "upper": { $0.uppercased() }, "lower": { $0.lowercased() }, "title": { $0.titlecased() }, "capitalize": { $0.capitalized() },
    "swapcase": { $0.caseSwapped() },
  ]

  private static func affix(_ name: String, of text: TemplateText, _ arguments: CallArguments) throws -> TemplateValue {
    let values = try arguments.bound(to: ["part", "start", "end"], required: 1, of: name)
    let window = try window(of: text, start: values[1], end: values[2])
    let parts: [TemplateValue]
    if case .tuple(let list)? = values[0] { parts = list.elements } else { parts = [values[0] ?? .none] }
    for part in parts {
      guard case .text(let part) = part else {
        throw TemplateProblem("\(name) first arg must be str or a tuple of str, not \(part.typeName)")
      }
      guard let window else { continue }
      if name == "startswith" ? window.text.hasPrefix(part) : window.text.hasSuffix(part) { return .boolean(true) }
    }
    return .boolean(false)
  }

  /// The part of a text that `start` and `end` leave, and how many scalars come before it; nil where it begins beyond the end.
  private static func window(
    of text: TemplateText, start: TemplateValue?, end: TemplateValue?
  ) throws -> (text: TemplateText, scalars: Int)? {
    guard start != nil || end != nil else { return (text, 0) }
    let count = text.count
    let first = try start.optionalInteger("start")
    guard (first ?? 0) <= count else { return nil }
    let slice = SliceIndices(start: first, stop: try end.optionalInteger("end"), step: nil, length: count)
    return (text.sliced(slice), slice.start)
  }

  private static func search(_ name: String, in text: TemplateText, _ arguments: CallArguments) throws -> TemplateValue {
    let values = try arguments.bound(to: ["part", "start", "end"], required: 1, of: name)
    let part = try values[0].text("part", default: "")
    let window = try window(of: text, start: values[1], end: values[2])
    if name == "count" { return .integer(window?.text.occurrences(of: part) ?? 0) }
    let isFromEnd = name.hasPrefix("r")
    if let window, let offset = isFromEnd ? window.text.lastOffset(of: part) : window.text.firstOffset(of: part) {
      return .integer(window.scalars + window.text.index(ofByte: offset))
    }
    guard name.hasSuffix("find") else { throw TemplateProblem("substring not found") }
    return .integer(-1)
  }

  static func pad(_ name: String, _ text: TemplateText, _ arguments: CallArguments, in rendering: Rendering) throws -> TemplateValue {
    let values = try arguments.bound(to: name == "zfill" ? ["width"] : ["width", "fillchar"], required: 1, of: name)
    let width = try values[0].integer("width", default: 0)
    let fill: TemplateText = name == "zfill" ? "0" : try values[1].text("fillchar", default: " ")
    guard fill.count == 1 else { throw TemplateProblem("the fill character must be exactly one character long") }
    let count = text.count
    guard width > count else { return .text(text) }
    try rendering.check(size: width)
    let padding = width - count
    let left = name == "ljust" ? 0 : name == "center" ? padding / 2 + (padding & width & 1) : padding
    func filling(_ count: Int) -> [UInt8] { Array(repeatElement(fill.bytes, count: count).joined()) }
    if name == "zfill", let sign = text.bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      return try rendering.text(TemplateText(bytes: [sign] + filling(left) + text.bytes.dropFirst(), isMarkup: text.isMarkup))
    }
    return try rendering.text(TemplateText(bytes: filling(left) + text.bytes + filling(padding - left), isMarkup: text.isMarkup))
  }

  static func replace(
    _ text: TemplateText, _ old: TemplateText, with new: TemplateText, count: Int, in rendering: Rendering
  ) throws -> TemplateValue {
    let new = text.isMarkup ? new.escaped() : new
    let limit = count < 0 ? Int.max : count
    let replaced = min(text.occurrences(of: old), limit)
    let (growth, overflow) = replaced.multipliedReportingOverflow(by: max(0, new.bytes.count - old.bytes.count))
    try rendering.check(size: overflow ? .max : text.bytes.count + growth)
    return try rendering.text(text.replacing(old, with: new, limit: limit))
  }

  static func join(_ texts: [TemplateText], separator: TemplateText, in rendering: Rendering) throws -> TemplateValue {
    let texts = separator.isMarkup ? texts.map { $0.escaped() } : texts
    var size = separator.bytes.count.multipliedReportingOverflow(by: max(texts.count - 1, 0))
    for text in texts where !size.overflow { size = size.partialValue.addingReportingOverflow(text.bytes.count) }
    try rendering.check(size: size.overflow ? .max : size.partialValue)
    let bytes = Array(texts.map(\.bytes).joined(separator: separator.bytes))
    return try rendering.text(TemplateText(bytes: bytes, isMarkup: separator.isMarkup))
  }

  private static func split(
    _ name: String, _ text: TemplateText, _ arguments: CallArguments, in rendering: Rendering
  ) throws -> TemplateValue {
    switch name {
    case "splitlines":
      return try rendering.texts(text.lines(keepingEnds: try arguments.bound(to: ["keepends"], of: name)[0].isTrue(default: false)))
    case "partition", "rpartition":
      let separator = try arguments.bound(to: ["sep"], required: 1, of: name)[0].text("sep", default: "")
      guard !separator.isEmpty else { throw TemplateProblem("empty separator") }
      let isFirst = name == "partition"
      let parts = isFirst ? text.split(separator, limit: 1) : text.splitFromEnd(separator, limit: 1)
      let empty = TemplateText("")
      let all = parts.count == 2 ? [parts[0], separator, parts[1]] : isFirst ? [text, empty, empty] : [empty, empty, text]
      return try rendering.list(all.map { .text($0) }, isTuple: true)
    default:
      let values = try arguments.bound(to: ["sep", "maxsplit"], of: name)
      let count = try values[1].integer("maxsplit", default: -1)
      let limit = count < 0 ? Int.max : count
      guard let separator = try values[0].optionalText("sep") else {
        return try rendering.texts(name == "split" ? text.words(limit: limit) : text.wordsFromEnd(limit: limit))
      }
      guard !separator.isEmpty else { throw TemplateProblem("empty separator") }
      return try rendering.texts(name == "split" ? text.split(separator, limit: limit) : text.splitFromEnd(separator, limit: limit))
    }
  }
}

extension TemplateText {
  fileprivate func removing(prefix: TemplateText) -> TemplateText {
    hasPrefix(prefix) ? TemplateText(bytes: bytes.dropFirst(prefix.bytes.count), isMarkup: isMarkup) : self
  }

  fileprivate func removing(suffix: TemplateText) -> TemplateText {
    hasSuffix(suffix) ? TemplateText(bytes: bytes.dropLast(suffix.bytes.count), isMarkup: isMarkup) : self
  }
}
