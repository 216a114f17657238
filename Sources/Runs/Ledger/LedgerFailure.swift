import Files
import GRDB

/// Turns SQLite's result codes into what a user can do about them.
enum LedgerFailure {
  static func explain<Result>(_ verb: String, _ path: String, _ body: () throws -> Result) throws(RunsError) -> Result {
    do {
      return try body()
    } catch let error as RunsError {
      throw error
    } catch let error as DatabaseError {
      throw RunsError(.ledger, "cannot \(verb) ledger \(path): \(reason(error))", cause: error)
    } catch {
      throw RunsError(.ledger, "cannot \(verb) ledger \(path): \(FailureReason.words(for: error, at: path))", cause: error)
    }
  }

  /// What to do about a file of which nothing can be saved.
  static let advice = "restore it from a copy, or move it away and continue with --accept-loss, which samples the loss again"

  private static func reason(_ error: DatabaseError) -> String {
    let told = DurableFile.oneLine(error.message ?? error.resultCode.description)
    return switch error.resultCode {
    case .SQLITE_NOTADB: "it is not an SQLite file: \(advice)"
    case .SQLITE_CORRUPT: "it is damaged (\(told)): \(advice)"
    case .SQLITE_FULL: "the disk is full: free some space, then continue with --resume"
    case .SQLITE_READONLY, .SQLITE_PERM: "it is read-only: give write access to it and its folder"
    case .SQLITE_CANTOPEN: "the file cannot be opened or made: check that its folder exists and is writable"
    case .SQLITE_IOERR: "the disk failed or is full (\(told)): check it, then continue with --resume"
    case .SQLITE_BUSY, .SQLITE_LOCKED: "another program holds it: close that program"
    case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_ERROR: "it is not as expected (\(told)): \(advice)"
    default: told
    }
  }
}
