import Files
import Foundation
import SystemPackage

/// `metrics.jsonl`: one JSON object a line, appended while the run goes on.
///
/// The file is for people and plots; the ledger is what a restart relies on. So lines are not synchronised one by one, and
/// a line that a crash tore is dropped when the file is opened again. A log belongs to one thread.
public final class MetricsLog {
  private let path: String
  private let file: FileDescriptor
  private let encoder = MetricsLog.encoder()

  /// Opens the file, or makes it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - step: The step that the run goes on with. Lines of that and later steps are dropped, and those of measurements of
  ///     later policy versions: they will be done, and told, again. A measurement of the version that the run goes on from is in the ledger
  ///     before it is told, and is not made again.
  public init(path: String, resumingAt step: Int? = nil) throws {
    self.path = path
    if FileManager.default.fileExists(atPath: path) {
      try MetricsLog.repair(path, before: step)
    }
    file = try DurableFile.attempt("open", path) {
      try FileDescriptor.open(FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec], permissions: .filePermissions)
    }
  }

  deinit {
    try? file.close()
  }

  /// Appends one record as one line; non-finite numbers become the strings "nan", "inf" and "-inf".
  public func append(_ record: some Encodable) throws {
    try DurableFile.attempt("write", path) {
      var line = try encoder.encode(record)
      line.append(UInt8(ascii: "\n"))
      try file.writeAll(line)
    }
  }

  /// Writes figures as JSON; non-finite numbers become the strings "nan", "inf" and "-inf", since JSON has no others.
  static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  /// Reads what ``encoder()`` writes.
  static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }

  private static func repair(_ path: String, before step: Int?) throws {
    let content = try DurableFile.attempt("read", path) { try Data(contentsOf: URL(fileURLWithPath: path)) }
    var kept = Data(capacity: content.count)
    var start = content.startIndex
    while let end = content[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = content[start..<end]
      if isWhole(line, before: step) {
        kept.append(line)
        kept.append(UInt8(ascii: "\n"))
      }
      start = end + 1
    }
    if kept != content {
      try DurableFile.replace(path, with: kept)
    }
  }

  private struct Stamp: Decodable {
    var step: Int?
    var policyVersion: Int?

    private enum CodingKeys: String, CodingKey {
      case step
      case policyVersion = "policy_version"
    }
  }

  private static func isWhole(_ line: Data, before step: Int?) -> Bool {
    guard let stamp = try? JSONDecoder().decode(Stamp.self, from: line) else { return false }
    guard let step else { return true }
    if let trained = stamp.step { return trained < step }
    return stamp.policyVersion.map { $0 <= step } ?? true
  }
}
