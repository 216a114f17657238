public import Tensors

/// How a safetensors file stores a tensor's elements; the raw value is the header's `dtype`.
public enum ElementType: String, Sendable, CaseIterable {
  /// IEEE 754 binary64.
  case float64 = "F64"
  /// IEEE 754 binary32.
  case float32 = "F32"
  /// IEEE 754 binary16.
  case float16 = "F16"
  /// The upper half of a binary32.
  case bfloat16 = "BF16"
  /// Signed, 64 bits.
  case int64 = "I64"
  /// Signed, 32 bits.
  case int32 = "I32"
  /// Signed, 16 bits.
  case int16 = "I16"
  /// Signed, 8 bits.
  case int8 = "I8"
  /// Unsigned, 64 bits.
  case uint64 = "U64"
  /// Unsigned, 32 bits.
  case uint32 = "U32"
  /// Unsigned, 16 bits.
  case uint16 = "U16"
  /// Unsigned, 8 bits.
  case uint8 = "U8"
  /// One byte, 0 or 1.
  case boolean = "BOOL"
  /// Eight-bit float, 4 bits of exponent.
  case float8E4M3 = "F8_E4M3"
  /// Eight-bit float, 5 bits of exponent.
  case float8E5M2 = "F8_E5M2"
  /// Eight bits, an exponent alone: the scales of quantized tensors.
  case float8E8M0 = "F8_E8M0"

  /// Bytes of one element.
  public var byteWidth: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .boolean, .float8E4M3, .float8E5M2, .float8E8M0: 1
    }
  }

  /// The format of weights with these elements; nil for types in which weights are not stored.
  public var floatFormat: FloatFormat? {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .float16: .float16
    default: nil
    }
  }
}

extension FloatFormat {
  /// The element type of tensors in this format.
  public var elementType: ElementType {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .float16: .float16
    }
  }

  /// The name in config.json, which is PyTorch's.
  public var configurationName: String {
    switch self {
    case .float32: "float32"
    case .bfloat16: "bfloat16"
    case .float16: "float16"
    }
  }
}
