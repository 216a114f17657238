extension FilterLibrary {
  static let sequenceFilters: [String: Filter] = [
    "list": { rendering, value, arguments in
      try arguments.expectNone(of: "list")
      return try rendering.list(try rendering.elements(of: value))
    },
    "first": { rendering, value, arguments in
      try arguments.expectNone(of: "first")
      return try rendering.iterator(over: value).next() ?? .undefined(UndefinedValue(.reason("No first item, sequence was empty.")))
    },
    "last": { rendering, value, arguments in
      try arguments.expectNone(of: "last")
      return try reversible(value, in: rendering).last ?? .undefined(UndefinedValue(.reason("No last item, sequence was empty.")))
    },
    "reverse": { rendering, value, arguments in
      try arguments.expectNone(of: "reverse")
      if case .text(let text) = value {
        return try rendering.text(TemplateText(scalars: text.scalars.reversed(), isMarkup: text.isMarkup))
      }
      if case .object(let reference) = value, reference.kind == .generator {
        return try rendering.list(try rendering.elements(of: value).reversed())
      }
      return try generator(over: try reversible(value, in: rendering).reversed(), in: rendering)
    },
    "join": { rendering, value, arguments in
      let values = try arguments.bound(to: ["d", "attribute"], of: "join")
      var elements = try rendering.elements(of: value)
      if let attribute = values[1], !attribute.isNone {
        let path = try AttributePath(attribute)
        elements = try elements.map { try path.value(in: $0, rendering) }
      }
      let texts = try elements.map { element in
        let text = try rendering.string(element)
        try rendering.spend(bytes: text.bytes.count)
        return text
      }
      return try MethodLibrary.join(texts, separator: try rendering.string(values[0] ?? .text("")), in: rendering)
    },
    "sort": { rendering, value, arguments in
      let values = try arguments.bound(to: ["reverse", "case_sensitive", "attribute"], of: "sort")
      let paths = try AttributePath.list(values[2])
      let isSensitive = values[1].isTrue(default: false)
      return try rendering.list(
        try sorted(try rendering.elements(of: value), descending: values[0].isTrue(default: false), in: rendering) { element in
          .list(TemplateList(try paths.map { caseKey(try $0.value(in: element, rendering), isSensitive: isSensitive) }))
        })
    },
    "unique": { rendering, value, arguments in
      let values = try arguments.bound(to: ["case_sensitive", "attribute"], of: "unique")
      let path = try AttributePath(values[1])
      let isSensitive = values[0].isTrue(default: false)
      let iterator = try rendering.iterator(over: value)
      var seen: Set<DictionaryKey> = []
      return try rendering.generator {
        while let element = try iterator.next() {
          let key = caseKey(try path.value(in: element, rendering), isSensitive: isSensitive)
          if seen.insert(try rendering.hashed(key)).inserted { return element }
        }
        return nil
      }
    },
    "dictsort": { rendering, value, arguments in
      let values = try arguments.bound(to: ["case_sensitive", "by", "reverse"], of: "dictsort")
      guard case .dictionary(let dictionary) = value else {
        throw TemplateProblem("'dictsort' of \(value.typeName), expected a dictionary")
      }
      let by = try values[1].text("by", default: "key")
      guard by == "key" || by == "value" else { throw TemplateProblem("You can only sort by either \"key\" or \"value\"") }
      let isSensitive = values[0].isTrue(default: false)
      let items = DictionaryView(kind: .items, dictionary: dictionary).elements
      return try rendering.list(
        try sorted(items, descending: values[2].isTrue(default: false), in: rendering) { item in
          guard case .tuple(let pair) = item else { return item }
          return caseKey(pair.elements[by == "key" ? 0 : 1], isSensitive: isSensitive)
        })
    },
    "items": { rendering, value, arguments in
      try arguments.expectNone(of: "items")
      switch value {
      case .undefined: return try generator(over: [], in: rendering)
      case .dictionary(let dictionary):
        return try generator(over: DictionaryView(kind: .items, dictionary: dictionary).elements, in: rendering)
      default: throw TemplateProblem("Can only get item pairs from a mapping.")
      }
    },
    "groupby": { try group($1, $2, in: $0) },
    "batch": { try batch($1, $2, in: $0) },
    "slice": { try columns($1, $2, in: $0) },
  ]

  /// The elements of a value that can be walked from its end.
  private static func reversible(_ value: TemplateValue, in rendering: Rendering) throws -> [TemplateValue] {
    if case .object = value { throw TemplateProblem("'\(value.typeName)' object is not reversible") }
    return try rendering.elements(of: value)
  }

  static func generator(over elements: some Sequence<TemplateValue>, in rendering: Rendering) throws -> TemplateValue {
    let iterator = ValueIterator(Array(elements))
    return try rendering.generator { try iterator.next() }
  }

  /// A text in lower case, where case does not count.
  static func caseKey(_ value: TemplateValue, isSensitive: Bool) -> TemplateValue {
    if !isSensitive, case .text(let text) = value { return .text(text.lowercased()) }
    return value
  }

  /// Sorts by a key; equal elements keep their order, in both directions.
  static func sorted(
    _ elements: [TemplateValue], descending: Bool, in rendering: Rendering, key: (TemplateValue) throws -> TemplateValue
  ) throws -> [TemplateValue] {
    let keys = try elements.map(key)
    let order = try elements.indices.sorted { left, right in
      try rendering.spend(1)
      try rendering.chargeComparison(keys[left], keys[right])
      switch try TemplateValue.order(keys[left], keys[right]) {
      case .less: return !descending
      case .greater: return descending
      case .equal, .unordered: return left < right
      }
    }
    return order.map { elements[$0] }
  }

  private static func group(_ value: TemplateValue, _ arguments: CallArguments, in rendering: Rendering) throws -> TemplateValue {
    let values = try arguments.bound(to: ["attribute", "default", "case_sensitive"], required: 1, of: "groupby")
    let path = try AttributePath(values[0], default: values[1])
    let isSensitive = values[2].isTrue(default: false)
    func key(_ element: TemplateValue) throws -> TemplateValue {
      caseKey(try path.value(in: element, rendering), isSensitive: isSensitive)
    }
    var groups: [[TemplateValue]] = []
    var last: TemplateValue?
    for element in try sorted(try rendering.elements(of: value), descending: false, in: rendering, key: key) {
      let current = try key(element)
      if let last, TemplateValue.areEqual(last, current) {
        groups[groups.count - 1].append(element)
      } else {
        groups.append([element])
      }
      last = current
    }
    return try rendering.list(
      try groups.map { group in
        .tuple(TemplateList([try path.value(in: group[0], rendering), try rendering.list(group)], isGroup: true))
      })
  }

  private static func batch(_ value: TemplateValue, _ arguments: CallArguments, in rendering: Rendering) throws -> TemplateValue {
    let values = try arguments.bound(to: ["linecount", "fill_with"], required: 1, of: "batch")
    let count = try values[0].integer("linecount", default: 1)
    guard count > 0 else { throw TemplateProblem("'linecount' is \(count), expected at least 1") }
    var rest = try rendering.elements(of: value)[...]
    var lines: [TemplateValue] = []
    while !rest.isEmpty {
      var line = Array(rest.prefix(count))
      rest = rest.dropFirst(count)
      if let fill = values[1], !fill.isNone, line.count < count {
        try rendering.check(elements: count)
        line += Array(repeating: fill, count: count - line.count)
      }
      lines.append(try rendering.list(line))
    }
    return try generator(over: lines, in: rendering)
  }

  private static func columns(_ value: TemplateValue, _ arguments: CallArguments, in rendering: Rendering) throws -> TemplateValue {
    let values = try arguments.bound(to: ["slices", "fill_with"], required: 1, of: "slice")
    let count = try values[0].integer("slices", default: 1)
    guard count > 0 else { throw TemplateProblem("'slices' is \(count), expected at least 1") }
    try rendering.check(elements: count)
    let elements = try rendering.elements(of: value)
    var columns: [TemplateValue] = []
    var start = 0
    for place in 0..<count {
      let isLonger = place < elements.count % count
      let end = start + elements.count / count + (isLonger ? 1 : 0)
      var column = Array(elements[start..<end])
      if let fill = values[1], !fill.isNone, !isLonger { column.append(fill) }
      columns.append(try rendering.list(column))
      start = end
    }
    return try generator(over: columns, in: rendering)
  }
}
