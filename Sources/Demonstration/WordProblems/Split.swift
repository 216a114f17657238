/// Which part of the generated world a question belongs to, decided by its family and numbers alone: the same numbers with another
/// name, thing or suffix stay in the same part.
enum Split: Sendable {
  case heldOut
  case questions
  case pretraining

  init(family: String, numbers: [Int]) {
    let key = "\(family):" + numbers.map { "\($0)" }.joined(separator: ",")
    switch Self.digest(key) % 10 {
    case 0: self = .heldOut
    case 1: self = .questions
    default: self = .pretraining
    }
  }

  /// FNV-1a with MurmurHash3's finaliser. The lowest bit of plain FNV-1a is the parity of the text's low bits, so that without
  /// the finaliser every held-out tuple would share a parity of digits.
  private static func digest(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ (hash >> 33)
  }
}
