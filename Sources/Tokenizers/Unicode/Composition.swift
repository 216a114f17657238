import Foundation

/// Decomposition and composition (UAX #15), by the tables of Hugging Face's library.
enum Composition {
  /// A normal form.
  enum Form: String, Sendable {
    case composed = "NFC"
    case decomposed = "NFD"
    case compatibilityComposed = "NFKC"
    case compatibilityDecomposed = "NFKD"

    var isComposing: Bool { self == .composed || self == .compatibilityComposed }
    var isCompatibility: Bool { self == .compatibilityComposed || self == .compatibilityDecomposed }
  }

  /// The normal form of valid UTF-8; nil where a quick check shows that the text is in it already.
  static func normalized(_ bytes: [UInt8], _ range: Range<Int>, _ form: Form) -> [UInt8]? {
    guard var next = firstDoubtful(bytes, range, form) else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(range.count + 16)
    var scalars: [UInt32] = []
    var position = range.lowerBound
    while position < range.upperBound {
      result.append(contentsOf: bytes[position..<next])
      position = next
      // A character, and all following ones that may change it. No change reaches over a character outside this group.
      while position < range.upperBound {
        let (scalar, length) = UTF8Scalars.decode(bytes, at: position)
        guard position == next || isDoubtful(scalar.value, form) else { break }
        decompose(scalar, form, into: &scalars)
        position += length
      }
      flush(&scalars, into: &result, composing: form.isComposing)
      next = firstDoubtful(bytes, position..<range.upperBound, form) ?? range.upperBound
    }
    return result
  }

  /// The beginning of the next part that normalisation may change: one character before the first that decomposes or combines.
  private static func firstDoubtful(_ bytes: [UInt8], _ range: Range<Int>, _ form: Form) -> Int? {
    var position = range.lowerBound
    var last = position
    while position < range.upperBound {
      let first = bytes[position]
      if first < 0x80 || (form == .composed && first < 0xCC) {
        last = position
        position += UTF8Scalars.length(first)
        continue
      }
      let (scalar, length) = UTF8Scalars.decode(bytes, at: position)
      if isDoubtful(scalar.value, form) { return last }
      last = position
      position += length
    }
    return nil
  }

  /// Whether normalisation may change the scalar, or the one before it.
  private static func isDoubtful(_ scalar: UInt32, _ form: Form) -> Bool {
    if form.isCompatibility { return scalar >= 0xA0 }
    return scalar >= 0xC0 && doubtful.contains(form.isComposing ? 1 : 0, scalar)
  }

  /// The scalars that decompose or combine; then those among them that composition does not simply restore.
  private static let doubtful: ScalarTables = {
    let combining = ScalarSet(tables.classes.keys.map { $0...$0 })
    let decomposing = ScalarSet(tables.decompositions.keys.map { $0...$0 })
    let seconds = ScalarSet(tables.compositions.keys.map { UInt32(truncatingIfNeeded: $0) }.map { $0...$0 })
    let restored = ScalarSet(tables.compositions.values.map { $0...$0 })
    var result = ScalarTables(combining.union(decomposing).union(ScalarSet([0xAC00...0xD7A3])))
    let changed = combining.union(seconds).union(ScalarSet([0x1161...0x1175, 0x11A8...0x11C2]))
    _ = result.add(changed.union(decomposing.intersection(restored.inverted)))
    return result
  }()

  private static func decompose(_ scalar: Unicode.Scalar, _ form: Form, into scalars: inout [UInt32]) {
    // Few tokenizers use these forms, so there is no table for them.
    if form.isCompatibility, scalar.value >= 0xA0, !unknownCompatibility.contains(scalar) {
      for part in String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars { decompose(part.value, into: &scalars) }
    } else {
      decompose(scalar.value, into: &scalars)
    }
  }

  /// Scalars of later versions of Unicode than Hugging Face's library knows, which it leaves as they are.
  private static let unknownCompatibility = ScalarSet([
    0x32FF...0x32FF, 0xA7F2...0xA7F4, 0xAB69...0xAB69, 0x10781...0x10785, 0x10787...0x107B0, 0x107B2...0x107BA, 0x11938...0x11938,
    0x1E030...0x1E06D, 0x1F16C...0x1F16C, 0x1FBF0...0x1FBF9,
  ])

  private static func decompose(_ scalar: UInt32, into scalars: inout [UInt32]) {
    if scalar >= 0xAC00, scalar <= 0xD7A3 {
      let index = scalar - 0xAC00
      scalars.append(0x1100 + index / 588)
      scalars.append(0x1161 + index % 588 / 28)
      if index % 28 > 0 { scalars.append(0x11A7 + index % 28) }
    } else if let parts = tables.decompositions[scalar] {
      decompose(parts.first, into: &scalars)
      if parts.second > 0 { scalars.append(parts.second) }
    } else {
      scalars.append(scalar)
    }
  }

  /// Orders the combining marks, composes, and writes the scalars as UTF-8.
  private static func flush(_ scalars: inout [UInt32], into result: inout [UInt8], composing: Bool) {
    order(&scalars)
    if composing { compose(&scalars) }
    for value in scalars {
      guard let scalar = Unicode.Scalar(value) else { continue }
      result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
    scalars.removeAll(keepingCapacity: true)
  }

  /// Sorts each run of combining marks by class, and keeps the order within a class.
  private static func order(_ scalars: inout [UInt32]) {
    var start = 0
    while start < scalars.count {
      var end = start
      while end < scalars.count, tables.classes[scalars[end]] != nil { end += 1 }
      if end - start > 1 {
        let run = scalars[start..<end].enumerated().map { (combiningClass: tables.classes[$1] ?? 0, offset: $0, scalar: $1) }
        let sorted = run.sorted { ($0.combiningClass, $0.offset) < ($1.combiningClass, $1.offset) }
        scalars.replaceSubrange(start..<end, with: sorted.map(\.scalar))
      }
      start = end + 1
    }
  }

  private static func compose(_ scalars: inout [UInt32]) {
    var composed: [UInt32] = []
    var starter: Int?
    var lastClass: UInt8 = 0
    for scalar in scalars {
      let combiningClass = tables.classes[scalar] ?? 0
      if let index = starter {
        // Blocked by a mark of the same or a higher class between the two, or by a starter.
        let isAdjacent = composed.count == index + 1
        if isAdjacent || (lastClass != 0 && lastClass < combiningClass), let whole = composition(composed[index], scalar) {
          composed[index] = whole
          continue
        }
      }
      if combiningClass == 0 { starter = composed.count }
      lastClass = combiningClass
      composed.append(scalar)
    }
    scalars = composed
  }

  private static func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if first >= 0x1100, first < 0x1113, second >= 0x1161, second < 0x1176 {
      return 0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28
    }
    if first >= 0xAC00, first <= 0xD7A3, (first - 0xAC00) % 28 == 0, second > 0x11A7, second < 0x11C3 { return first + second - 0x11A7 }
    return tables.compositions[UInt64(first) << 32 | UInt64(second)]
  }

  private struct Tables {
    var decompositions: [UInt32: (first: UInt32, second: UInt32)] = [:]
    var compositions: [UInt64: UInt32] = [:]
    var classes: [UInt32: UInt8] = [:]
  }

  private static let tables: Tables = {
    var tables = Tables()
    var scalar: UInt32 = 0
    for entry in TableText.entries(CompositionTable.decompositions) {
      scalar += entry[0]
      let second = entry.count > 2 ? entry[2] : 0
      tables.decompositions[scalar] = (entry[1], second)
      if entry.count == 3 { tables.compositions[UInt64(entry[1]) << 32 | UInt64(second)] = scalar }
    }
    scalar = 0
    for entry in TableText.entries(CompositionTable.combiningClasses) {
      let start = scalar + entry[0]
      scalar = start + entry[1]
      for value in start...scalar { tables.classes[value] = UInt8(entry[2]) }
    }
    return tables
  }()
}
