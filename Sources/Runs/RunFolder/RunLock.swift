import Files
import Foundation
import SystemPackage

/// The sign that a learner lives in a run folder, so that a second one cannot write beside it.
///
/// The kernel drops the lock with the process, however it ends: a lock file that is left behind locks nothing. Child
/// processes do not inherit it.
public final class RunLock: Sendable {
  private let file: FileDescriptor

  /// The run folder, wherever it is.
  private let place: FolderPlace

  /// Locks a run folder until the lock is released.
  public init(_ folder: RunFolder) throws {
    let path = folder.lock
    place = try FolderPlace(folder.path)
    // What is written here replaces what a file holds, so no link leads to another one.
    file = try DurableFile.attempt("open", path) {
      do {
        return try FileDescriptor.open(
          FilePath(path), .readWrite, options: [.create, .noFollow, .nonBlocking, .closeOnExec], permissions: .filePermissions)
      } catch Errno.tooManySymbolicLinkLevels {
        throw FileError(.unreadable, "\(path) is a symbolic link, expected the run's own file: remove it")
      }
    }
    do {
      guard RunLock.isRegular(file) else {
        throw FileError(.unreadable, "\(path) is not a regular file, expected the run's own: remove it")
      }
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

  /// Where the run folder is now, if it was moved since it was locked; nil while its path leads to it.
  package func movedFolder() -> String? { place.moved }

  private static func isRegular(_ file: FileDescriptor) -> Bool {
    var status = stat()
    return unsafe fstat(file.rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
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
