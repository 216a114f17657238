import Files
import Foundation
import SystemPackage

/// The sign that a learner lives in a run folder, so that a second one cannot write beside it.
///
/// The kernel drops the lock with the process, however it ends: a lock file that is left behind locks nothing. Child
/// processes do not inherit it.
public final class RunLock: Sendable {
  private let file: FileDescriptor

  /// Locks a run folder until the lock is released.
  public init(_ folder: RunFolder) throws {
    let path = folder.lock
    file = try DurableFile.attempt("open", path) {
      try FileDescriptor.open(FilePath(path), .readWrite, options: [.create, .closeOnExec], permissions: .filePermissions)
    }
    do {
      let isFree = try DurableFile.attempt("lock", path) { [file] in
        guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
          let failure = Errno(rawValue: errno)
          guard failure == .wouldBlock else { throw failure }
          return false
        }
        try file.resize(to: 0)
        try file.writeAll("\(ProcessInfo.processInfo.processIdentifier)\n".utf8)
        return true
      }
      guard isFree else { throw RunLock.held(folder) }
    } catch {
      try? file.close()
      throw error
    }
  }

  deinit {
    RunLock.release(file)
  }

  /// The process that says it holds a run folder's lock, if the lock is held.
  public static func holder(of folder: RunFolder) -> Int32? {
    guard let file = try? FileDescriptor.open(FilePath(folder.lock), .readOnly, options: [.closeOnExec]) else { return nil }
    defer { release(file) }
    guard flock(file.rawValue, LOCK_SH | LOCK_NB) != 0 else { return nil }
    return process(in: folder) ?? 0
  }

  /// Unlocks before it closes: a child that is being started holds a copy of the descriptor for a moment, and with it the lock.
  private static func release(_ file: FileDescriptor) {
    _ = flock(file.rawValue, LOCK_UN)
    try? file.close()
  }

  private static func process(in folder: RunFolder) -> Int32? {
    guard let text = try? String(contentsOfFile: folder.lock, encoding: .utf8) else { return nil }
    return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private static func held(_ folder: RunFolder) -> RunsError {
    let pid = process(in: folder)
    let who = pid.map { "pid \($0)" } ?? "unknown pid"
    let stop = pid.map { "stop it (kill \($0))" } ?? "stop it"
    return RunsError(
      .runFolder, "run folder \(folder.path) is locked by a living learner (\(who)): \(stop) or choose another folder with --run")
  }
}
