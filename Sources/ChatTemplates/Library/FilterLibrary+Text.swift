extension FilterLibrary {
  static let textFilters: [String: Filter] = [
    "upper": { try convert($0, $1, $2, "upper") { $0.uppercased() } },
    "lower": { try convert($0, $1, $2, "lower") { $0.lowercased() } },
    "capitalize": { try convert($0, $1, $2, "capitalize") { $0.capitalized() } },
    "title": { try convert($0, $1, $2, "title") { title($0) } },
    "trim": { rendering, value, arguments in
      let characters = try arguments.bound(to: ["chars"], of: "trim")[0].optionalText("chars")
      return try rendering.text(try rendering.string(value).stripped(.both, of: characters))
    },
    "replace": { rendering, value, arguments in
      let values = try arguments.bound(to: ["old", "new", "count"], required: 2, of: "replace")
      return try MethodLibrary.replace(
        try rendering.string(value).marked(false), try rendering.string(values[0] ?? .none), with: try rendering.string(values[1] ?? .none),
        count: try values[2].optionalInteger("count") ?? -1, in: rendering)
    },
    "center": { rendering, value, arguments in
      let width = try arguments.bound(to: ["width"], of: "center")[0] ?? .integer(80)
      return try MethodLibrary.pad("center", try rendering.string(value), CallArguments([width]), in: rendering)
    },
    "format": { rendering, value, arguments in
      let format = try rendering.string(value)
      guard !arguments.keywords.isEmpty else {
        return try rendering.text(
          try PercentFormat.text(format, arguments: .tuple(TemplateList(arguments.positional)), in: rendering))
      }
      guard arguments.positional.isEmpty else { throw TemplateProblem("can't handle positional and keyword arguments at the same time") }
      var builder = DictionaryBuilder()
      for (name, value) in arguments.keywords { builder.insert(value, at: .text(name)) }
      return try rendering.text(try PercentFormat.text(format, arguments: try rendering.dictionary(builder), in: rendering))
    },
    "wordcount": { rendering, value, arguments in
      try arguments.expectNone(of: "wordcount")
      return .integer(words(in: try rendering.string(value)))
    },
    "indent": { try indent($1, $2, in: $0) },
    "truncate": { try truncate($1, $2, in: $0) },
    "urlencode": { rendering, value, arguments in
      try arguments.expectNone(of: "urlencode")
      guard case .text(let text) = value else {
        throw TemplateProblem("'urlencode' of \(value.typeName) is not supported", isUnsupported: true)
      }
      return try rendering.text(urlEncoded(text))
    },
  ]

  private static func convert(
    _ rendering: Rendering, _ value: TemplateValue, _ arguments: CallArguments, _ name: String, _ conversion: (TemplateText) -> TemplateText
  ) throws -> TemplateValue {
    try arguments.expectNone(of: name)
    return try rendering.text(conversion(try rendering.string(value)))
  }

  /// Every word's first character in upper case, the rest in lower case; words begin after white space, hyphens and brackets.
  private static func title(_ text: TemplateText) -> TemplateText {
    var result = ""
    var word = String.UnicodeScalarView()
    func endWord() {
      guard let first = word.first else { return }
      result += first.properties.uppercaseMapping + TemplateText(scalars: word.dropFirst()).lowercased().string
      word.removeAll()
    }
    for scalar in text.scalars {
      if scalar.isTemplateSpace || ["-", "(", "{", "[", "<"].contains(scalar) {
        endWord()
        result.unicodeScalars.append(scalar)
      } else {
        word.append(scalar)
      }
    }
    endWord()
    return TemplateText(result).marked(text.isMarkup)
  }

  private static func words(in text: TemplateText) -> Int {
    var count = 0
    var isInWord = false
    for scalar in text.scalars {
      let isWord = scalar == "_" || scalar.isLetter || scalar.properties.numericType != nil
      if isWord, !isInWord { count += 1 }
      isInWord = isWord
    }
    return count
  }

  private static func indent(_ value: TemplateValue, _ arguments: CallArguments, in rendering: Rendering) throws -> TemplateValue {
    let values = try arguments.bound(to: ["width", "first", "blank"], of: "indent")
    let text = try Optional(value).text("the value to indent", default: "")
    let indentation: TemplateText
    if case .text(let given)? = values[0] {
      indentation = given
    } else {
      let width = try values[0].integer("width", default: 4)
      try rendering.check(size: width)
      indentation = TemplateText(String(repeating: " ", count: max(width, 0)))
    }
    let indentsBlank = values[2].isTrue(default: false)
    // A line break is added so that an empty text has a line.
    let lines = TemplateText(bytes: text.bytes + [UInt8(ascii: "\n")]).lines(keepingEnds: false)
    let (size, overflow) = lines.count.multipliedReportingOverflow(by: indentation.bytes.count + 1)
    try rendering.check(size: overflow ? .max : size + text.bytes.count)
    var result: [UInt8] = values[1].isTrue(default: false) ? indentation.bytes : []
    for (place, line) in lines.enumerated() {
      if place > 0 {
        result.append(UInt8(ascii: "\n"))
        if indentsBlank || !line.isEmpty { result += indentation.bytes }
      }
      result += line.bytes
    }
    return try rendering.text(TemplateText(bytes: result, isMarkup: text.isMarkup))
  }

  private static func truncate(_ value: TemplateValue, _ arguments: CallArguments, in rendering: Rendering) throws -> TemplateValue {
    let values = try arguments.bound(to: ["length", "killwords", "end", "leeway"], of: "truncate")
    let length = try values[0].integer("length", default: 255)
    let end = try values[2].text("end", default: "...")
    let leeway = try values[3].optionalInteger("leeway") ?? 5
    guard length >= end.count else { throw TemplateProblem("expected length >= \(end.count), got \(length)") }
    guard leeway >= 0 else { throw TemplateProblem("expected leeway >= 0, got \(leeway)") }
    guard case .integer(let count) = try self.length(of: value, CallArguments(), in: rendering) else { return value }
    // A short enough text stays as it is, even if it is no plain text.
    guard count - length > leeway else { return value }
    let text = try Optional(value).text("the value to truncate", default: "")
    let cut = text.sliced(SliceIndices(start: 0, stop: length - end.count, step: 1, length: count))
    let kept = values[1].isTrue(default: false) ? cut : cut.splitFromEnd(" ", limit: 1)[0]
    return try rendering.text(TemplateText(bytes: kept.bytes + end.bytes))
  }

  private static func urlEncoded(_ text: TemplateText) -> TemplateText {
    var result: [UInt8] = []
    for byte in text.bytes {
      let scalar = Unicode.Scalar(byte)
      if byte < 0x80, scalar.isLetter || scalar.isDecimalDigit || ["_", ".", "-", "~", "/"].contains(scalar) {
        result.append(byte)
      } else {
        result.append(contentsOf: "%\(Representation.hexadecimal(UInt32(byte), width: 2).uppercased())".utf8)
      }
    }
    return TemplateText(bytes: result)
  }
}
