import Digests
import Foundation
import GRDB

/// XXH3-128 of what a row says. It notices damage, and not forgery: whoever can write the file can write a digest that fits.
struct LedgerDigest: Hashable, Sendable {
  /// The digest before the first entry of a chain.
  static let none = LedgerDigest(low: 0, high: 0)

  private var low: UInt64
  private var high: UInt64

  private init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// The digest of a row of a table. The kind and the length of every value count.
  init(of table: String, _ values: [DatabaseValue]) {
    var sum = LedgerSum(table)
    for value in values { sum.add(value) }
    self = sum.digest
  }

  /// The digest of bytes.
  init(of bytes: [UInt8]) {
    (low, high) = xxh3Wide(bytes)
  }

  /// The digest as a column keeps it; nil where that is something else.
  init?(_ value: DatabaseValue) {
    guard case .blob(let data) = value.storage, data.count == 16 else { return nil }
    let bytes = [UInt8](data)
    low = bytes[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    high = bytes[8...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// This digest chained with the one of the next entry.
  func chained(with next: LedgerDigest) -> LedgerDigest {
    LedgerDigest(of: bytes + next.bytes)
  }

  /// What a column keeps.
  var databaseValue: DatabaseValue { Data(bytes).databaseValue }

  /// 32 lowercase hexadecimal digits.
  var hexadecimal: String { Digests.hexadecimal(bytes) }

  private var bytes: [UInt8] {
    [low, high].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }
}

/// Values on their way to a digest.
struct LedgerSum {
  private var bytes: [UInt8]

  /// - Parameter table: What the values are of, so that rows of two tables have different digests.
  init(_ table: String) {
    bytes = []
    add(table.databaseValue)
  }

  /// The digest of what was added.
  var digest: LedgerDigest { LedgerDigest(of: bytes) }

  /// Adds a value: its kind, its length where that varies, and its bytes.
  mutating func add(_ value: DatabaseValue) {
    switch value.storage {
    case .null: bytes.append(0)
    case .int64(let number): add(1, UInt64(bitPattern: number))
    // SQLite keeps no sign of zero.
    case .double(let number): add(2, number == 0 ? 0 : number.bitPattern)
    case .string(let text):
      add(3, UInt64(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    case .blob(let data):
      add(4, UInt64(data.count))
      bytes.append(contentsOf: data)
    }
  }

  private mutating func add(_ kind: UInt8, _ word: UInt64) {
    bytes.append(kind)
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * shift))) }
  }
}
