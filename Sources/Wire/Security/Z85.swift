import CZeroMQ

/// ZeroMQ's text form of keys (RFC 32): five printable characters for four bytes. libzmq does it; here it meets Swift's texts.
package enum Z85 {
  /// The text of bytes, whose number is a multiple of 4.
  package static func encode(_ bytes: [UInt8]) -> String {
    precondition(bytes.count.isMultiple(of: 4), "Z85 writes groups of four bytes")
    // One more for the zero that libzmq ends the text with.
    let capacity = bytes.count / 4 * 5 + 1
    return unsafe String(unsafeUninitializedCapacity: capacity) { text in
      let isWritten = unsafe text.withMemoryRebound(to: CChar.self) { text in
        unsafe bytes.withUnsafeBufferPointer { unsafe zmq_z85_encode(text.baseAddress, $0.baseAddress, $0.count) != nil }
      }
      precondition(isWritten, "libzmq writes every group of four bytes")
      return capacity - 1
    }
  }

  /// The bytes of a text; nil where it is no Z85.
  package static func decode(_ text: some StringProtocol) -> [UInt8]? {
    // libzmq reads up to a zero and writes as it reads: neither a zero within the text nor a broken group may reach it.
    guard text.utf8.count.isMultiple(of: 5), !text.utf8.contains(0) else { return nil }
    let count = text.utf8.count / 5 * 4
    guard count > 0 else { return [] }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
      let isRead = unsafe text.withCString { unsafe zmq_z85_decode(bytes.baseAddress, $0) != nil }
      initialized = isRead ? count : 0
    }
    // Older releases of libzmq take some characters outside the alphabet for a zero digit. A text is that of its bytes, or none.
    return bytes.count == count && encode(bytes).utf8.elementsEqual(text.utf8) ? bytes : nil
  }
}
