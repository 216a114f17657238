import Tensors
import Testing

struct FloatFormatTests {
  /// The numbers in `bytes`.
  private func widened(_ format: FloatFormat, _ bytes: [UInt8]) -> [Float] {
    var values = [Float](repeating: .nan, count: bytes.count / format.byteWidth)
    var span = values.mutableSpan
    unsafe format.widen(bytes.span.bytes, into: &span)
    return values
  }

  private func isFinite(_ format: FloatFormat, _ bytes: [UInt8]) -> Bool {
    unsafe format.isFinite(bytes.span.bytes)
  }

  private func narrowed(_ format: FloatFormat, _ values: [Float]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: values.count * format.byteWidth)
    var span = bytes.mutableSpan
    format.narrow(values.span, into: &span)
    return bytes
  }

  private func littleEndian(_ bits: [UInt16]) -> [UInt8] { bits.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] } }

  @Test func `Every binary16 is widened as the processor does it`() {
    let all = Array(UInt16.min...UInt16.max)
    let values = widened(.float16, littleEndian(all))
    for bits in all {
      let expected = Float(Float16(bitPattern: bits))
      let value = values[Int(bits)]
      #expect(value.bitPattern == expected.bitPattern || (value.isNaN && expected.isNaN), "0x\(String(bits, radix: 16))")
    }
  }

  @Test func `Every bfloat16 comes back as it was`() {
    let all = Array(UInt16.min...UInt16.max)
    let values = widened(.bfloat16, littleEndian(all))
    #expect(values.indices.allSatisfy { values[$0].bitPattern == UInt32($0) << 16 })
    // A NaN comes back as a quiet one.
    let expected = all.map { $0 & 0x7FFF > 0x7F80 ? $0 | 0x40 : $0 }
    #expect(narrowed(.bfloat16, values) == littleEndian(expected))
  }

  @Test func `Rounding to bfloat16 goes to the nearest, and halfway to the even one`() {
    let cases: [(bits: UInt32, rounded: UInt16)] = [
      (0x3F80_7FFF, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F80_8001, 0x3F81), (0x3F81_8000, 0x3F82), (0xBF81_8000, 0xBF82),
      (0x7F7F_7FFF, 0x7F7F), (0x7F7F_FFFF, 0x7F80), (0x7F80_0000, 0x7F80), (0xFF80_0000, 0xFF80), (0x7F80_0001, 0x7FC0),
      (0x7FFF_FFFF, 0x7FFF), (0xFFFF_FFFF, 0xFFFF), (0xFF80_0001, 0xFFC0), (0x0000_8001, 0x0001), (0x8000_0000, 0x8000),
    ]
    #expect(narrowed(.bfloat16, cases.map { Float(bitPattern: $0.bits) }) == littleEndian(cases.map(\.rounded)))
  }

  @Test func `Rounding to binary16 keeps infinities and NaN`() {
    let values: [Float] = [1, -2, 65504, 65520, .infinity, -.infinity, 5.9604645e-8, 2e-8, 1.00048828125]
    #expect(narrowed(.float16, values) == littleEndian([0x3C00, 0xC000, 0x7BFF, 0x7C00, 0x7C00, 0xFC00, 1, 0, 0x3C00]))
    #expect(widened(.float16, narrowed(.float16, [.nan]))[0].isNaN)
  }

  @Test(arguments: FloatFormat.allCases)
  func `An infinity or a NaN is found wherever it is`(_ format: FloatFormat) {
    for place in [0, 1, 15, 16, 40] {
      for hostile in [Float.infinity, -.infinity, .nan] {
        var values = (0..<41).map { Float($0) - 20 }
        #expect(isFinite(format, narrowed(format, values)))
        values[place] = hostile
        #expect(!isFinite(format, narrowed(format, values)), "\(hostile) at \(place)")
      }
    }
    #expect(isFinite(format, []))
  }

  @Test(arguments: FloatFormat.allCases, [0, 1, 3])
  func `Numbers need not be aligned`(_ format: FloatFormat, offset: Int) {
    let values = (0..<37).map { Float($0) * 0.25 - 3 }
    let bytes = [UInt8](repeating: 0xFF, count: offset) + narrowed(format, values)
    var read = [Float](repeating: 0, count: 37)
    var span = read.mutableSpan
    unsafe format.widen(bytes.span.extracting(offset...).bytes, into: &span)
    #expect(read == values)
    #expect(unsafe format.isFinite(bytes.span.extracting(offset...).bytes) == true)
  }
}
