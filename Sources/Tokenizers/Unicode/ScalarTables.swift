/// Numbered sets of scalars, for a look-up in UTF-8 with a few loads.
///
/// A set is a table by the first byte of a character, which often decides alone, and a bitmap in pages of 256 scalars for the rest.
/// All sets lie in the same arrays.
struct ScalarTables: Sendable {
  /// The decision of the first byte: no scalar that begins with it is in the set, all are, or the bitmap decides.
  private static let none: UInt8 = 0
  private static let every: UInt8 = 1
  private static let some: UInt8 = 2

  private var byFirstByte: [UInt8] = []
  /// Where each page's bits are: of an empty page at 0, of a full page at 4.
  private var pages: [UInt32] = []
  private var bits: [UInt64] = [0, 0, 0, 0, .max, .max, .max, .max]

  /// The number of sets.
  private(set) var count = 0

  init() {}

  /// The tables of one set, number 0.
  init(_ set: ScalarSet) { _ = add(set) }

  /// Adds a set; returns its number.
  mutating func add(_ set: ScalarSet) -> Int {
    for byte in UInt32(0)..<256 {
      guard let candidates = Self.scalars(beginningWith: byte), let overlap = set.firstRange(endingFrom: candidates.lowerBound),
        overlap.lowerBound <= candidates.upperBound
      else {
        byFirstByte.append(Self.none)
        continue
      }
      let isWhole = overlap.lowerBound <= candidates.lowerBound && overlap.upperBound >= candidates.upperBound
      byFirstByte.append(isWhole ? Self.every : Self.some)
    }
    let first = pages.count
    pages.append(contentsOf: repeatElement(0, count: 0x1100))
    for range in set.ranges {
      for page in Int(range.lowerBound >> 8)...Int(range.upperBound >> 8) { insert(range, page, at: first + page) }
    }
    count += 1
    return count - 1
  }

  /// Sets the bits of a range's scalars within a page.
  private mutating func insert(_ range: ClosedRange<UInt32>, _ page: Int, at index: Int) {
    let low = max(Int(range.lowerBound) - page << 8, 0)
    let high = min(Int(range.upperBound) - page << 8, 255)
    if low == 0, high == 255 {
      pages[index] = 4
      return
    }
    if pages[index] == 0 {
      pages[index] = UInt32(bits.count)
      bits.append(contentsOf: [0, 0, 0, 0])
    }
    for bit in low...high { bits[Int(pages[index]) + bit >> 6] |= 1 << UInt64(bit & 63) }
  }

  /// The scalars whose UTF-8 begins with a byte; nil where none does.
  static func scalars(beginningWith byte: UInt32) -> ClosedRange<UInt32>? {
    switch byte {
    case 0..<0x80: byte...byte
    case 0xC2..<0xE0: (byte & 0x1F) << 6...(byte & 0x1F) << 6 + 0x3F
    case 0xE0: 0x800...0xFFF
    case 0xE1..<0xF0: (byte & 0xF) << 12...(byte & 0xF) << 12 + 0xFFF
    case 0xF0: 0x10000...0x3FFFF
    case 0xF1..<0xF4: (byte & 7) << 18...(byte & 7) << 18 + 0x3FFFF
    case 0xF4: 0x100000...0x10FFFF
    default: nil
    }
  }

  /// The length of the character at `position` if it is in the set, else 0; `position` must be before the end of valid UTF-8.
  @inline(__always)
  func length(_ set: Int, _ bytes: [UInt8], at position: Int) -> Int {
    let first = bytes[position]
    let answer = byFirstByte[set << 8 | Int(first)]
    if answer == Self.none { return 0 }
    if first < 0x80 { return 1 }
    if answer == Self.every { return UTF8Scalars.length(first) }
    let (scalar, length) = UTF8Scalars.decode(bytes, at: position)
    return contains(set, scalar.value) ? length : 0
  }

  /// Whether a set has a scalar.
  func contains(_ set: Int, _ scalar: UInt32) -> Bool {
    let page = Int(pages[set * 0x1100 + Int(scalar >> 8)])
    return bits[page + Int(scalar >> 6 & 3)] >> UInt64(scalar & 63) & 1 != 0
  }

}
