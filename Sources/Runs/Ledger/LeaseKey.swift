import Files
import Foundation
import SystemPackage

/// The secret by which a learner knows its leases again: a file `lease.key` of 32 random bytes beside the ledger, which its owner alone may
/// read. It is kept out of the ledger, so that a copy of the ledger gives nobody leases.
struct LeaseKey {
  /// How many bytes it has.
  static let count = 32

  let path: String

  /// The key beside a ledger.
  init(besideLedger ledger: String) {
    path = DurableFile.parent(of: ledger) + "/lease.key"
  }

  /// Reads the key. One that is missing, has another length or may be read by others is made anew.
  func bytes() throws(FileError) -> [UInt8] {
    try DurableFile.attempt("read", path) {
      if let key = try found() { return key }
      return try make()
    }
  }

  private func found() throws -> [UInt8]? {
    let attributes: [FileAttributeKey: Any]
    do {
      attributes = try FileManager.default.attributesOfItem(atPath: path)
    } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
      return nil
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular, (attributes[.posixPermissions] as? Int).map({ $0 & 0o077 == 0 }) == true,
      attributes[.size] as? Int == Self.count
    else { return nil }
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func make() throws -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    let key = (0..<Self.count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    let partial = path + ".partial"
    try? FileManager.default.removeItem(atPath: partial)
    let file = try FileDescriptor.open(
      FilePath(partial), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
    try file.closeAfter {
      try file.writeAll(key)
      try DurableFile.synchronize(file)
    }
    try DurableFile.rename(partial, to: path)
    try DurableFile.synchronizeFolder(DurableFile.parent(of: path))
    return key
  }
}

extension Ledger {
  /// 32 secret random bytes that mark the run's leases; made where they are missing.
  public func leaseKey() throws(RunsError) -> [UInt8] {
    do {
      return try LeaseKey(besideLedger: path).bytes()
    } catch {
      throw RunsError(.ledger, error.message, cause: error)
    }
  }
}
