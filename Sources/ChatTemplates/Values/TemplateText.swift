/// A text as templates see it: a sequence of Unicode scalars. It is kept as UTF-8, so that searching, cutting and ordering
/// are the same on bytes as on scalars; Swift's own strings compare by canonical equivalence, which Python's do not.
struct TemplateText: Sendable {
  let bytes: [UInt8]

  /// The result of the filters `safe` and `escape`: text that escapes other texts added to it.
  let isMarkup: Bool

  init(_ string: String) {
    bytes = Array(string.utf8)
    isMarkup = false
  }

  /// Takes bytes that are UTF-8.
  init(bytes: [UInt8], isMarkup: Bool = false) {
    self.bytes = bytes
    self.isMarkup = isMarkup
  }

  init(bytes: ArraySlice<UInt8>, isMarkup: Bool = false) {
    self.init(bytes: Array(bytes), isMarkup: isMarkup)
  }

  init(scalars: some Sequence<Unicode.Scalar>, isMarkup: Bool = false) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(bytes: Array(String(view).utf8), isMarkup: isMarkup)
  }

  /// The text as a Swift string.
  var string: String { String(decoding: bytes, as: UTF8.self) }

  var scalars: String.UnicodeScalarView { string.unicodeScalars }

  var isEmpty: Bool { bytes.isEmpty }

  /// The number of scalars.
  var count: Int { bytes.count { $0 & 0xC0 != 0x80 } }

  func marked(_ isMarkup: Bool) -> TemplateText { TemplateText(bytes: bytes, isMarkup: isMarkup) }
}

extension TemplateText: Hashable, Comparable {
  static func == (left: TemplateText, right: TemplateText) -> Bool { left.bytes == right.bytes }

  static func < (left: TemplateText, right: TemplateText) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }

  func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

extension TemplateText: ExpressibleByStringLiteral {
  init(stringLiteral value: String) { self.init(value) }
}

extension TemplateText {
  /// The scalars one by one, as texts.
  func characters() -> [TemplateText] {
    var result: [TemplateText] = []
    var start = 0
    while start < bytes.count {
      let end = next(after: start)
      result.append(TemplateText(bytes: bytes[start..<end], isMarkup: isMarkup))
      start = end
    }
    return result
  }

  /// Where the scalar after the one at a byte offset begins.
  func next(after offset: Int) -> Int {
    var end = offset + 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }

  /// The byte offset of a scalar, or the end.
  func offset(ofScalar index: Int) -> Int {
    var offset = 0
    for _ in 0..<max(index, 0) where offset < bytes.count { offset = next(after: offset) }
    return offset
  }

  /// The number of scalars before a byte offset.
  func index(ofByte offset: Int) -> Int { bytes[..<offset].count { $0 & 0xC0 != 0x80 } }

  /// The scalars that a slice picks.
  func sliced(_ slice: SliceIndices) -> TemplateText {
    if slice.step == 1 {
      let start = offset(ofScalar: slice.start)
      let text = TemplateText(bytes: bytes[start...])
      return TemplateText(bytes: text.bytes[..<text.offset(ofScalar: slice.count)], isMarkup: isMarkup)
    }
    let all = characters()
    return TemplateText(bytes: Array(slice.indices.map { all[$0].bytes }.joined()), isMarkup: isMarkup)
  }
}

extension TemplateText {
  /// The text with HTML's characters escaped, as the filter `escape` has it; markup stays as it is.
  func escaped() -> TemplateText {
    guard !isMarkup else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "&"): result.append(contentsOf: "&amp;".utf8)
      case UInt8(ascii: "<"): result.append(contentsOf: "&lt;".utf8)
      case UInt8(ascii: ">"): result.append(contentsOf: "&gt;".utf8)
      case UInt8(ascii: "'"): result.append(contentsOf: "&#39;".utf8)
      case UInt8(ascii: "\""): result.append(contentsOf: "&#34;".utf8)
      default: result.append(byte)
      }
    }
    return TemplateText(bytes: result, isMarkup: true)
  }
}
