extension Unicode.Scalar {
  /// The character without what only changes its appearance: full-width and mathematical letters and digits are those of ASCII. Nil for what
  /// isn't seen.
  var plain: Unicode.Scalar? {
    switch value {
    case 0xFF01...0xFF5E: Unicode.Scalar(value - 0xFEE0)
    case 0x1D400...0x1D6A3: Self.letter((value - 0x1D400) % 52)
    case 0x1D7CE...0x1D7FF: Unicode.Scalar((value - 0x1D7CE) % 10 + 0x30)
    case 0x210E: "h"
    case 0x212F, 0x2147: "e"
    case 0x2148: "i"
    // Soft hyphens, joiners, marks of direction, invisible operators, selectors of variants, the byte order mark.
    case 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFE00...0xFE0F, 0xFEFF: nil
    default: self
    }
  }

  /// Capitals, then small letters.
  private static func letter(_ index: UInt32) -> Unicode.Scalar? { Unicode.Scalar(index < 26 ? index + 0x41 : index - 26 + 0x61) }
}

extension String {
  /// The answer without a pair of quotation marks around the whole of it.
  var unquoted: Substring {
    let trimmed = trimmingWhiteSpace
    for (open, close) in [("\"", "\""), ("'", "'"), ("“", "”"), ("‘", "’"), ("„", "“"), ("«", "»"), ("``", "''"), ("`", "'"), ("`", "`")]
    where trimmed.count > open.count + close.count && trimmed.hasPrefix(open) && trimmed.hasSuffix(close) {
      let inner = trimmed.dropFirst(open.count).dropLast(close.count)
      if !inner.contains(where: { open.contains($0) || close.contains($0) }) { return inner }
    }
    return trimmed
  }

  private var trimmingWhiteSpace: Substring {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return self[first...last]
  }
}
