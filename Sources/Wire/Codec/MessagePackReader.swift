/// Pulls MessagePack values out of a message without copying it first, in the order in which the caller expects them.
///
/// msgpack-c's own unpacker is of no use here: its C interface has no limits, and for an array it allocates the size that the header claims
/// before it has seen one element. Five bytes that claim 2^28 elements made it map 8 GiB (msgpack-c 4.0.0). This reader compares every
/// length with the bytes that are left and with the caller's limit before anything is allocated, and it does not recurse.
struct MessagePackReader: ~Escapable {
  let bytes: Span<UInt8>
  private(set) var offset = 0

  /// The frame that follows `bytes`, as long as it is not read.
  private var body: WeightBytes?

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, body: WeightBytes? = nil) {
    self.bytes = bytes
    self.body = body
  }

  /// The bytes not read yet.
  var remaining: Int { bytes.count - offset }

  /// The meaning of a value's first byte and of the length bytes after it.
  enum Header: Equatable {
    case unsigned(UInt64)
    case negative
    case float(Double)
    case null
    case bool(Bool)
    case string(Int)
    case binary(Int)
    case array(Int)
    case map(Int)
    case other(Int)

    var name: String {
      switch self {
      case .unsigned: "an unsigned integer"
      case .negative: "a negative integer"
      case .float: "a float"
      case .null: "nil"
      case .bool: "a boolean"
      case .string: "a string"
      case .binary: "binary"
      case .array: "an array"
      case .map: "a map"
      case .other: "an extension type"
      }
    }
  }

  mutating func header(_ field: String) throws(WireError) -> Header {
    let first = UInt8(try integer(bytes: 1, field))
    switch first {
    case 0x00...0x7f: return .unsigned(UInt64(first))
    case 0x80...0x8f: return .map(Int(first & 0x0f))
    case 0x90...0x9f: return .array(Int(first & 0x0f))
    case 0xa0...0xbf: return .string(Int(first & 0x1f))
    case 0xc0: return .null
    case 0xc1: throw WireError(.malformed, "\(field): byte 0xc1 at offset \(offset - 1), which MessagePack never uses")
    case 0xc2, 0xc3: return .bool(first == 0xc3)
    case 0xc4...0xc6: return .binary(Int(try integer(bytes: 1 << (first - 0xc4), field)))
    case 0xc7...0xc9: return .other(Int(try integer(bytes: 1 << (first - 0xc7), field)) + 1)
    case 0xca: return .float(Double(Float(bitPattern: UInt32(try integer(bytes: 4, field)))))
    case 0xcb: return .float(Double(bitPattern: try integer(bytes: 8, field)))
    case 0xcc...0xcf: return .unsigned(try integer(bytes: 1 << (first - 0xcc), field))
    case 0xd0...0xd3:
      let width = 1 << Int(first - 0xd0)
      let value = try integer(bytes: width, field)
      return value >> UInt64(8 * width - 1) == 0 ? .unsigned(value) : .negative
    case 0xd4...0xd8: return .other((1 << Int(first - 0xd4)) + 1)
    case 0xd9...0xdb: return .string(Int(try integer(bytes: 1 << (first - 0xd9), field)))
    case 0xdc, 0xdd: return .array(Int(try integer(bytes: 2 << (first - 0xdc), field)))
    case 0xde, 0xdf: return .map(Int(try integer(bytes: 2 << (first - 0xde), field)))
    default: return .negative
    }
  }

  /// Takes the next `count` bytes; they must be there.
  mutating func take(_ count: Int, _ field: String) throws(WireError) -> Range<Int> {
    guard count <= remaining else {
      throw WireError(.malformed, "\(field): \(count) bytes announced at offset \(offset), but the message ends after \(remaining)")
    }
    defer { offset += count }
    return offset..<offset + count
  }

  /// Passes over values of any kind, such as the fields that a later version of the protocol added.
  mutating func skip(_ count: Int, _ field: String) throws(WireError) {
    var pending = count
    while pending > 0 {
      pending -= 1
      switch try header(field) {
      case .string(let length), .binary(let length), .other(let length): _ = try take(length, field)
      case .array(let elements): pending += try claim(elements, field)
      case .map(let pairs): pending += try claim(2 * pairs, field)
      case .unsigned, .negative, .float, .null, .bool: break
      }
    }
  }

  /// Throws unless everything has been read.
  func finish() throws(WireError) {
    guard remaining == 0 else { throw WireError(.malformed, "\(remaining) bytes follow the message") }
    if let body { throw WireError(.malformed, "a frame of \(body.count) bytes follows the message") }
  }

  /// Takes the frame that follows; nil where there is none, or where the message isn't cut at this place.
  mutating func takeBody(_ count: Int) -> WeightBytes? {
    guard remaining == 0, let body, body.count == count else { return nil }
    self.body = nil
    return body
  }

  /// Each announced element needs at least one byte.
  func claim(_ elements: Int, _ field: String) throws(WireError) -> Int {
    guard elements <= remaining else {
      throw WireError(.malformed, "\(field): \(elements) elements announced at offset \(offset), but only \(remaining) bytes follow")
    }
    return elements
  }

  /// A big-endian integer of 1, 2, 4 or 8 bytes.
  private mutating func integer(bytes width: Int, _ field: String) throws(WireError) -> UInt64 {
    guard width <= remaining else { throw WireError(.malformed, "\(field): the message ends at offset \(bytes.count)") }
    var value: UInt64 = 0
    for _ in 0..<width {
      value = value << 8 | UInt64(bytes[offset])
      offset += 1
    }
    return value
  }
}
