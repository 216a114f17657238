import Glibc

extension [UInt8] {
  /// Zeros, in large pages where the system has them: allocating a version's memory is then several times as fast as page by page.
  static func zerosInLargePages(_ count: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      if count >= 1 << 22, let base = buffer.baseAddress {
        let page = 1 << 21
        let start = (UInt(bitPattern: base) + UInt(page - 1)) & ~UInt(page - 1)
        let length = (UInt(bitPattern: base) + UInt(count) - start) & ~UInt(page - 1)
        // A system without large pages, or without room for them, uses ordinary ones.
        unsafe _ = madvise(UnsafeMutableRawPointer(bitPattern: start), Int(length), MADV_HUGEPAGE)
      }
      unsafe buffer.initialize(repeating: 0)
      initialized = count
    }
  }
}
