extension TemplateText {
  func uppercased() -> TemplateText { mapped { $0.properties.uppercaseMapping } }

  /// Lower case, with the sigma that ends a word as Python has it.
  func lowercased() -> TemplateText {
    guard scalars.contains("\u{3A3}") else { return mapped { $0.properties.lowercaseMapping } }
    let all = Array(scalars)
    var result = ""
    for (index, scalar) in all.enumerated() {
      result += scalar == "\u{3A3}" ? (Self.endsWord(all, at: index) ? "\u{3C2}" : "\u{3C3}") : scalar.properties.lowercaseMapping
    }
    return TemplateText(result).marked(isMarkup)
  }

  private static func endsWord(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
    let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    return before?.properties.isCased == true && after?.properties.isCased != true
  }

  /// The first scalar in title case, the rest in lower case.
  func capitalized() -> TemplateText {
    guard let first = scalars.first else { return self }
    let rest = TemplateText(scalars: scalars.dropFirst())
    return TemplateText(first.properties.titlecaseMapping + rest.lowercased().string).marked(isMarkup)
  }

  /// Every cased scalar that follows one that is not cased in title case, the others in lower case.
  func titlecased() -> TemplateText {
    var result = ""
    var isInWord = false
    for scalar in scalars {
      result += isInWord ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
      isInWord = scalar.properties.isCased
    }
    return TemplateText(result).marked(isMarkup)
  }

  func caseSwapped() -> TemplateText {
    mapped { $0.properties.isUppercase ? $0.properties.lowercaseMapping : $0.properties.uppercaseMapping }
  }

  private func mapped(_ mapping: (Unicode.Scalar) -> String) -> TemplateText {
    var result = ""
    for scalar in scalars { result += mapping(scalar) }
    return TemplateText(result).marked(isMarkup)
  }
}

extension TemplateText {
  /// Whether there are cased scalars and all of them are of the wanted case.
  private func isCased(_ wanted: KeyPath<Unicode.Scalar.Properties, Bool>, not other: KeyPath<Unicode.Scalar.Properties, Bool>) -> Bool {
    var found = false
    for scalar in scalars {
      let properties = scalar.properties
      if properties[keyPath: other] || properties.generalCategory == .titlecaseLetter { return false }
      if properties[keyPath: wanted] { found = true }
    }
    return found
  }

  var isLowercase: Bool { isCased(\.isLowercase, not: \.isUppercase) }

  var isUppercase: Bool { isCased(\.isUppercase, not: \.isLowercase) }

  var isTitlecase: Bool {
    var found = false
    var isInWord = false
    for scalar in scalars {
      let properties = scalar.properties
      if properties.isUppercase || properties.generalCategory == .titlecaseLetter {
        if isInWord { return false }
        (isInWord, found) = (true, true)
      } else if properties.isLowercase {
        if !isInWord { return false }
        found = true
      } else {
        isInWord = false
      }
    }
    return found
  }

  private func all(_ condition: (Unicode.Scalar) -> Bool) -> Bool { !isEmpty && scalars.allSatisfy(condition) }

  var isSpace: Bool { all { $0.isTemplateSpace } }

  var isAlphabetic: Bool { all { $0.isLetter } }

  var isAlphanumeric: Bool { all { $0.isLetter || $0.properties.numericType != nil } }

  var isDecimal: Bool { all { $0.properties.numericType == .decimal } }

  var isDigits: Bool { all { $0.properties.numericType == .decimal || $0.properties.numericType == .digit } }

  var isNumeric: Bool { all { $0.properties.numericType != nil } }

  var isPrintable: Bool { scalars.allSatisfy { $0.isPrintable } }

  var isIdentifier: Bool {
    guard let first = scalars.first, first == "_" || first.isNamePart && !first.isDecimalDigit else { return false }
    return (first.isASCII || first.properties.isXIDStart) && scalars.allSatisfy(\.isNamePart)
  }
}

extension Unicode.Scalar {
  var isLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// Whether Python's `repr` writes a scalar as it is.
  var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    case .spaceSeparator: self == " "
    default: true
    }
  }
}
