import CMessagePack

/// Packs MessagePack values into a buffer that is kept from message to message: once it has grown, nothing is allocated.
///
/// msgpack-c does the packing and writes each value in its shortest form. The two pointers are owned and never leave.
@safe struct MessagePackWriter: ~Copyable {
  /// A buffer larger than this is given back when its message has been sent.
  private static let keptBytes = 1 << 25

  private let buffer: UnsafeMutablePointer<msgpack_sbuffer>
  private let packer: UnsafeMutablePointer<msgpack_packer>
  private var isExhausted = false

  init() {
    unsafe buffer = .allocate(capacity: 1)
    unsafe buffer.initialize(to: msgpack_sbuffer())
    unsafe packer = .allocate(capacity: 1)
    unsafe packer.initialize(to: msgpack_packer())
    unsafe msgpack_packer_init(packer, buffer, msgpack_sbuffer_write)
  }

  deinit {
    unsafe msgpack_sbuffer_destroy(buffer)
    unsafe buffer.deallocate()
    unsafe packer.deallocate()
  }

  /// The bytes written since ``clear()``.
  var count: Int { unsafe buffer.pointee.size }

  /// Begins a new message.
  mutating func clear() {
    isExhausted = false
    if unsafe buffer.pointee.alloc > Self.keptBytes {
      unsafe msgpack_sbuffer_destroy(buffer)
      unsafe msgpack_sbuffer_init(buffer)
    } else {
      unsafe msgpack_sbuffer_clear(buffer)
    }
  }

  /// Throws unless the message is whole and within its limit.
  func finish(limit: Int, _ what: String) throws(WireError) {
    guard !isExhausted else { throw WireError(.system, "\(what): no memory left for a message after \(count) bytes") }
    guard count <= limit else { throw WireError(.limit, "\(what): \(count) bytes, at most \(limit) fit a message") }
  }

  /// Lends the message.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws(WireError) -> Result) throws(WireError) -> Result {
    try unsafe body(UnsafeRawBufferPointer(start: buffer.pointee.data, count: buffer.pointee.size))
  }

  /// The message's bytes.
  func copy() -> [UInt8] {
    unsafe Array(UnsafeRawBufferPointer(start: buffer.pointee.data, count: buffer.pointee.size))
  }

  /// Opens a message: one array of its kind and its fields.
  mutating func begin(_ kind: UInt8, fields: Int) {
    array(1 + fields)
    unsigned(kind)
  }

  mutating func array(_ count: Int) {
    note(unsafe msgpack_pack_array(packer, count))
  }

  mutating func null() {
    note(unsafe msgpack_pack_nil(packer))
  }

  mutating func bool(_ value: Bool) {
    note(unsafe value ? msgpack_pack_true(packer) : msgpack_pack_false(packer))
  }

  mutating func unsigned(_ value: some UnsignedInteger & FixedWidthInteger) {
    note(unsafe msgpack_pack_uint64(packer, UInt64(value)))
  }

  mutating func optionalUnsigned(_ value: (some UnsignedInteger & FixedWidthInteger)?) {
    if let value { unsigned(value) } else { null() }
  }

  /// Writes a number. NaN and the infinities never travel: the place where they arise must report them.
  mutating func float(_ value: Double, _ field: String) throws(WireError) {
    guard value.isFinite else { throw WireError(.limit, "\(field): \(value) cannot be sent, only finite numbers can") }
    note(unsafe msgpack_pack_double(packer, value))
  }

  mutating func string(_ value: String, limit: Int, _ field: String) throws(WireError) {
    let utf8 = value.utf8.span
    guard utf8.count <= limit else {
      throw WireError(.limit, "\(field): a text of \(utf8.count) bytes, at most \(limit) can be sent")
    }
    note(unsafe msgpack_pack_str(packer, utf8.count))
    unsafe utf8.withUnsafeBufferPointer { bytes in note(unsafe msgpack_pack_str_body(packer, bytes.baseAddress, bytes.count)) }
  }

  /// Writes a line of text: control characters, which a reader refuses, become spaces.
  mutating func line(_ value: String, limit: Int, _ field: String) throws(WireError) {
    var line = String.UnicodeScalarView()
    for scalar in value.unicodeScalars { line.append(scalar.properties.generalCategory == .control ? " " : scalar) }
    try string(String(line), limit: limit, field)
  }

  /// Writes the elements' bytes, little-endian, as one `bin`.
  mutating func binary(_ elements: [some BitwiseCopyable], limit: Int, _ field: String) throws(WireError) {
    guard elements.count <= limit else {
      throw WireError(.limit, "\(field): \(elements.count) elements, at most \(limit) can be sent")
    }
    unsafe elements.withUnsafeBytes { bytes in
      note(unsafe msgpack_pack_bin(packer, bytes.count))
      note(unsafe msgpack_pack_bin_body(packer, bytes.baseAddress, bytes.count))
    }
  }

  /// Writes the header of a `bin` of so many bytes.
  mutating func binaryHeader(_ count: Int, limit: Int, _ field: String) throws(WireError) {
    guard count <= limit else { throw WireError(.limit, "\(field): \(count) elements, at most \(limit) can be sent") }
    note(unsafe msgpack_pack_bin(packer, count))
  }

  /// Writes the bytes that a header announced.
  mutating func append(_ bytes: WeightBytes) {
    bytes.withSpan { span in
      unsafe span.withUnsafeBytes { note(unsafe msgpack_pack_bin_body(packer, $0.baseAddress, $0.count)) }
    }
  }

  /// Writes the number of elements that follow.
  mutating func list(_ count: Int, limit: Int, _ field: String) throws(WireError) {
    guard count <= limit else { throw WireError(.limit, "\(field): \(count) elements, at most \(limit) can be sent") }
    array(count)
  }

  /// msgpack-c fails only where its buffer cannot grow.
  private mutating func note(_ status: Int32) {
    if status != 0 { isExhausted = true }
  }
}

#if _endian(big)
  #error("tokens, log-probabilities and weights travel little-endian, in the memory's order")
#endif
