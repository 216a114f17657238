import Foundation

/// A bound on the memory of a process: a number of bytes such as `4GB`, or `none`.
public enum MemoryCap: Sendable, Hashable, LosslessStringConvertible {
  /// No bound.
  case none
  /// So many bytes.
  case size(ByteSize)

  /// The text forms, in words fit for a message.
  public static let expectation = "none, or a size such as 4GB or 512MB"

  /// The number of bytes; nil for no bound.
  public var bytes: Int? {
    switch self {
    case .none: nil
    case .size(let size): size.bytes
    }
  }

  /// Reads the text form; nil where it is none.
  public init?(_ description: String) {
    if description == "none" {
      self = .none
    } else if let size = ByteSize(description) {
      self = .size(size)
    } else {
      return nil
    }
  }

  /// The text form.
  public var description: String {
    switch self {
    case .none: "none"
    case .size(let size): size.description
    }
  }
}

/// A number of bytes above 0: digits, and perhaps a unit.
public struct ByteSize: Sendable, Hashable, LosslessStringConvertible {
  /// The number.
  public let bytes: Int

  /// A size in bytes.
  public init(bytes: Int) {
    precondition(bytes > 0, "a size has bytes")
    self.bytes = bytes
  }

  private static let units: [(name: String, bytes: Int)] = [
    ("GB", 1_000_000_000), ("GiB", 1 << 30), ("MB", 1_000_000), ("MiB", 1 << 20), ("kB", 1000), ("KiB", 1 << 10), ("B", 1),
  ]

  /// Reads texts such as `5GB`, `500 MB`, `2GiB` or `1000000`.
  public init?(_ description: String) {
    let digits = description.prefix { $0.isASCII && $0.isNumber }
    let unit = description.dropFirst(digits.count).trimmingCharacters(in: .whitespaces).lowercased()
    guard let count = Int(digits), count > 0,
      let size = unit.isEmpty ? 1 : Self.units.first(where: { $0.name.lowercased() == unit })?.bytes
    else { return nil }
    let (bytes, overflows) = count.multipliedReportingOverflow(by: size)
    guard !overflows else { return nil }
    self.bytes = bytes
  }

  /// The size in the largest unit that leaves nothing over.
  public var description: String {
    let unit = Self.units.first { bytes.isMultiple(of: $0.bytes) } ?? ("B", 1)
    return "\(bytes / unit.bytes)\(unit.name)"
  }
}
