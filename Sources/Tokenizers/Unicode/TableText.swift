/// Reads the numbers of a table's text: base 36, fields apart by commas, entries by semicolons.
enum TableText {
  /// The fields of each entry.
  static func entries(_ text: String) -> [[UInt32]] {
    var entries: [[UInt32]] = []
    var entry: [UInt32] = []
    var number: UInt32 = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: ";"):
        entry.append(number)
        number = 0
        if byte == UInt8(ascii: ";") {
          entries.append(entry)
          entry.removeAll(keepingCapacity: true)
        }
      default: number = number * 36 + digit(byte)
      }
    }
    entry.append(number)
    entries.append(entry)
    return entries
  }

  /// The ranges of entries that begin with a distance from the end of the last range and a length less one.
  static func ranges(_ text: String) -> [ClosedRange<UInt32>] {
    var end: UInt32 = 0
    return entries(text).map { entry in
      let start = end + entry[0]
      end = start + entry[1]
      return start...end
    }
  }

  /// The value of a digit from 0 to z.
  static func digit(_ byte: UInt8) -> UInt32 {
    UInt32(byte) - (byte < UInt8(ascii: "a") ? UInt32(UInt8(ascii: "0")) : UInt32(UInt8(ascii: "a")) - 10)
  }
}
