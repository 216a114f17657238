/// Values as the protocol's fields require them: of one type, within bounds, finite.
extension MessagePackReader {
  mutating func unsigned<Value: UnsignedInteger & FixedWidthInteger>(
    _ field: String, as type: Value.Type = Value.self, in range: ClosedRange<Value> = Value.min...Value.max
  ) throws(WireError) -> Value {
    let found = try header(field)
    guard case .unsigned(let value) = found else { throw mismatch(field, "an unsigned integer", found) }
    guard let narrow = Value(exactly: value), range.contains(narrow) else {
      throw WireError(.malformed, "\(field): \(value) lies outside \(range.lowerBound)...\(range.upperBound)")
    }
    return narrow
  }

  mutating func bool(_ field: String) throws(WireError) -> Bool {
    let found = try header(field)
    guard case .bool(let value) = found else { throw mismatch(field, "a boolean", found) }
    return value
  }

  mutating func float(_ field: String) throws(WireError) -> Double {
    let found = try header(field)
    guard case .float(let value) = found else { throw mismatch(field, "a float", found) }
    guard value.isFinite else { throw WireError(.malformed, "\(field): \(value), expected a finite number") }
    return value
  }

  mutating func string(limit: Int, _ field: String) throws(WireError) -> String {
    let found = try header(field)
    guard case .string(let count) = found else { throw mismatch(field, "a string", found) }
    return try text(count, limit: limit, field)
  }

  /// A string without control characters: it is quoted in lines that people and supervisors read.
  mutating func line(limit: Int, _ field: String) throws(WireError) -> String {
    let text = try string(limit: limit, field)
    guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw WireError(.malformed, "\(field): found control characters, expected a line of text")
    }
    return text
  }

  /// An unsigned integer, or nil.
  mutating func optionalUnsigned(_ field: String) throws(WireError) -> UInt32? {
    let found = try header(field)
    switch found {
    case .null: return nil
    case .unsigned(let value):
      guard let narrow = UInt32(exactly: value) else {
        throw WireError(.malformed, "\(field): \(value) lies outside 0...\(UInt32.max)")
      }
      return narrow
    default: throw mismatch(field, "an unsigned integer or nil", found)
    }
  }

  /// A `bin` that holds little-endian elements.
  mutating func binary<Element: BitwiseCopyable>(
    of type: Element.Type = Element.self, limit: Int, _ field: String
  ) throws(WireError) -> [Element] {
    let found = try header(field)
    guard case .binary(let byteCount) = found else { throw mismatch(field, "binary", found) }
    let width = MemoryLayout<Element>.size
    guard byteCount % width == 0 else {
      throw WireError(.malformed, "\(field): \(byteCount) bytes do not divide into elements of \(width)")
    }
    guard byteCount / width <= limit else {
      throw WireError(.malformed, "\(field): \(byteCount / width) elements, at most \(limit) are allowed")
    }
    let span = bytes.extracting(try take(byteCount, field))
    return unsafe Array(unsafeUninitializedCapacity: byteCount / width) { elements, count in
      unsafe span.withUnsafeBytes { source in unsafe UnsafeMutableRawBufferPointer(elements).copyMemory(from: source) }
      count = byteCount / width
    }
  }

  /// A `bin`. Its bytes follow in a frame of their own and stay there, or follow here and are copied.
  mutating func weightBytes(limit: Int, _ field: String) throws(WireError) -> WeightBytes {
    let found = try header(field)
    guard case .binary(let count) = found else { throw mismatch(field, "binary", found) }
    guard count <= limit else { throw WireError(.malformed, "\(field): \(count) bytes, at most \(limit) are allowed") }
    if let body = takeBody(count) { return body }
    let span = bytes.extracting(try take(count, field))
    return WeightBytes(unsafe span.withUnsafeBufferPointer { unsafe Array($0) })
  }

  /// The number of a list's elements, which follow.
  mutating func list(limit: Int, _ field: String) throws(WireError) -> Int {
    let found = try header(field)
    guard case .array(let count) = found else { throw mismatch(field, "an array", found) }
    guard count <= limit else { throw WireError(.malformed, "\(field): \(count) elements, at most \(limit) are allowed") }
    return try claim(count, field)
  }

  /// Opens a record of known fields.
  ///
  /// - Returns: How many unknown fields follow the known ones, to be passed to ``skip(_:_:)``.
  mutating func record(fields: Int, _ field: String) throws(WireError) -> Int {
    try record(fields: fields, field, begunBy: try header(field))
  }

  /// Opens a record of known fields; nil where there is none.
  mutating func optionalRecord(fields: Int, _ field: String) throws(WireError) -> Int? {
    let found = try header(field)
    return found == .null ? nil : try record(fields: fields, field, begunBy: found)
  }

  private mutating func record(fields: Int, _ field: String, begunBy found: Header) throws(WireError) -> Int {
    guard case .array(let count) = found else { throw mismatch(field, "an array", found) }
    guard count >= fields else { throw WireError(.malformed, "\(field): \(count) fields, expected at least \(fields)") }
    return try claim(count, field) - fields
  }

  /// Opens a message: one array of its kind and its fields.
  ///
  /// - Returns: The kind, and how many fields follow.
  mutating func begin<Kind: RawRepresentable<UInt8>>(
    _ type: Kind.Type, limit: Int, _ message: String
  ) throws(WireError) -> (kind: Kind, fields: Int) {
    guard bytes.count <= limit else {
      throw WireError(.malformed, "message of \(bytes.count) bytes, at most \(limit) are allowed")
    }
    let fields = try record(fields: 1, "message")
    let number = try unsigned("kind", as: UInt64.self)
    guard let kind = UInt8(exactly: number).flatMap(Kind.init(rawValue:)) else {
      throw WireError(.malformed, "unknown kind \(number) of \(message)")
    }
    return (kind, fields)
  }

  private mutating func text(_ count: Int, limit: Int, _ field: String) throws(WireError) -> String {
    guard count <= limit else { throw WireError(.malformed, "\(field): a text of \(count) bytes, at most \(limit) are allowed") }
    let span = bytes.extracting(try take(count, field))
    do {
      return String(copying: try UTF8Span(validating: span))
    } catch {
      throw WireError(.malformed, "\(field): the text is not UTF-8 (\(error))", cause: error)
    }
  }

  private func mismatch(_ field: String, _ expected: String, _ found: Header) -> WireError {
    WireError(.malformed, "\(field): \(found.name) before offset \(offset), expected \(expected)")
  }
}

extension WireError {
  /// The same error, found inside something.
  func within(_ place: String) -> WireError {
    WireError(code, "\(place), \(message)", cause: cause)
  }
}
