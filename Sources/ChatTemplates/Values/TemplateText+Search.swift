extension TemplateText {
  /// The byte offset of the first occurrence of `needle` that begins at `start` or later and ends by `end`. Linear.
  func firstOffset(of needle: TemplateText, from start: Int = 0, to end: Int? = nil) -> Int? {
    let end = end ?? bytes.count
    let pattern = needle.bytes
    guard start <= end, pattern.count <= end - start else { return nil }
    guard let first = pattern.first else { return start }
    if pattern.count > 16 { return longFirstOffset(of: pattern, from: start, to: end) }
    var offset = start
    while offset <= end - pattern.count {
      if bytes[offset] == first, bytes[offset..<offset + pattern.count].elementsEqual(pattern) { return offset }
      offset += 1
    }
    return nil
  }

  /// Knuth, Morris and Pratt's search, whose time does not depend on how often the pattern nearly matches.
  private func longFirstOffset(of pattern: [UInt8], from start: Int, to end: Int) -> Int? {
    var borders = [0]
    borders.reserveCapacity(pattern.count)
    var border = 0
    for byte in pattern.dropFirst() {
      while border > 0, pattern[border] != byte { border = borders[border - 1] }
      if pattern[border] == byte { border += 1 }
      borders.append(border)
    }
    var matched = 0
    for offset in start..<end {
      while matched > 0, pattern[matched] != bytes[offset] { matched = borders[matched - 1] }
      if pattern[matched] == bytes[offset] { matched += 1 }
      if matched == pattern.count { return offset + 1 - matched }
    }
    return nil
  }

  /// The byte offset of the last occurrence of `needle` between `start` and `end`.
  func lastOffset(of needle: TemplateText, from start: Int = 0, to end: Int? = nil) -> Int? {
    let end = end ?? bytes.count
    guard start <= end, needle.bytes.count <= end - start else { return nil }
    if needle.isEmpty { return end }
    let found = TemplateText(bytes: bytes[start..<end].reversed())
      .firstOffset(of: TemplateText(bytes: needle.bytes.reversed()))
    return found.map { end - $0 - needle.bytes.count }
  }

  func contains(_ needle: TemplateText) -> Bool { firstOffset(of: needle) != nil }

  func hasPrefix(_ prefix: TemplateText) -> Bool { bytes.starts(with: prefix.bytes) }

  func hasSuffix(_ suffix: TemplateText) -> Bool {
    bytes.count >= suffix.bytes.count && bytes[(bytes.count - suffix.bytes.count)...].elementsEqual(suffix.bytes)
  }

  /// The number of occurrences that do not overlap; one more than the scalars where `needle` is empty.
  func occurrences(of needle: TemplateText) -> Int {
    if needle.isEmpty { return count + 1 }
    var result = 0
    var offset = 0
    while let found = firstOffset(of: needle, from: offset) {
      result += 1
      offset = found + needle.bytes.count
    }
    return result
  }

  /// The parts between at most `limit` occurrences of a separator that is not empty.
  func split(_ separator: TemplateText, limit: Int = .max) -> [TemplateText] {
    var parts: [TemplateText] = []
    var start = 0
    while parts.count < limit, let found = firstOffset(of: separator, from: start) {
      parts.append(TemplateText(bytes: bytes[start..<found], isMarkup: isMarkup))
      start = found + separator.bytes.count
    }
    parts.append(TemplateText(bytes: bytes[start...], isMarkup: isMarkup))
    return parts
  }

  /// As ``split(_:limit:)``, counted from the end.
  func splitFromEnd(_ separator: TemplateText, limit: Int = .max) -> [TemplateText] {
    let backwards = TemplateText(bytes: bytes.reversed())
      .split(TemplateText(bytes: separator.bytes.reversed()), limit: limit)
    return backwards.reversed().map { TemplateText(bytes: $0.bytes.reversed(), isMarkup: isMarkup) }
  }

  /// At most `limit` occurrences of `old` replaced; an empty `old` occurs around every scalar.
  func replacing(_ old: TemplateText, with new: TemplateText, limit: Int) -> TemplateText {
    guard limit > 0 else { return self }
    if !old.isEmpty {
      return TemplateText(bytes: Array(split(old, limit: limit).map(\.bytes).joined(separator: new.bytes)), isMarkup: isMarkup)
    }
    var result = new.bytes
    var replaced = 1
    for character in characters() {
      result += character.bytes
      if replaced < limit {
        result += new.bytes
        replaced += 1
      }
    }
    return TemplateText(bytes: result, isMarkup: isMarkup)
  }
}
