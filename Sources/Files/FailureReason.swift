internal import Foundation
package import SystemPackage

/// Why an operation on a file or folder failed: the operating system's words, and what to do about it.
///
/// Foundation's errors are taken apart here, and nowhere else: beneath each lies an error number, while its own words ("The operation could
/// not be completed", a domain and a number) name neither the file nor the reason.
package enum FailureReason {
  /// The reason in a few words of one line, to follow the name of what was attempted.
  ///
  /// - Parameters:
  ///   - path: The file or folder, where it is known: the words then name the part of it that is in the way.
  ///   - isReading: Whether nothing would have been written.
  package static func words(for error: any Error, at path: String? = nil, isReading: Bool = false) -> String {
    if let number = number(beneath: error) ?? path.flatMap(obviousFault) { return words(for: number, at: path, isReading: isReading) }
    switch error {
    case let error as DecodingError: return "its JSON is not as expected (\(DurableFile.oneLine(told(error))))"
    case is CocoaError: return "the system gives no reason"
    // Foundation's other errors are objects, whose descriptions are a domain, a number and a dictionary.
    default: return type(of: error) is AnyClass ? "the system gives no reason" : DurableFile.oneLine("\(error)")
    }
  }

  /// The reason for an error number of the operating system.
  package static func words(forNumber number: CInt, at path: String? = nil, isReading: Bool = false) -> String {
    words(for: Errno(rawValue: number), at: path, isReading: isReading)
  }

  /// One line on an error that nobody has put in words: of a file's, its path and the reason.
  package static func line(on error: any Error) -> String {
    guard let path = unsafe (error as? CocoaError)?.userInfo[NSFilePathErrorKey] as? String else { return words(for: error) }
    return "\(path): \(words(for: error, at: path))"
  }

  /// The kind of a failure.
  package static func code(of error: any Error) -> FileError.Code {
    switch number(beneath: error) {
    case .noSpace, .diskQuotaExceeded: .noSpace
    default: .unreadable
    }
  }

  /// The operating system's error number; nil where there is none.
  package static func number(beneath error: any Error) -> Errno? {
    switch error {
    case let error as Errno: return error
    case let error as POSIXError: return Errno(rawValue: error.code.rawValue)
    // Before Foundation's own: on Linux, an error object of any domain casts to CocoaError.
    case let error as NSError where error.domain == NSPOSIXErrorDomain: return Errno(rawValue: CInt(truncatingIfNeeded: error.code))
    case let error as CocoaError:
      if let cause = unsafe error.userInfo[NSUnderlyingErrorKey] as? any Error, let number = number(beneath: cause) { return number }
      return numbers[error.code]
    default: return nil
    }
  }

  /// What Foundation's codes mean where they come without a number.
  private static let numbers: [CocoaError.Code: Errno] = [
    .fileNoSuchFile: .noSuchFileOrDirectory, .fileReadNoSuchFile: .noSuchFileOrDirectory, .fileReadNoPermission: .permissionDenied,
    .fileWriteNoPermission: .permissionDenied, .fileWriteFileExists: .fileExists, .fileWriteOutOfSpace: .noSpace,
    .fileWriteVolumeReadOnly: .readOnlyFileSystem,
  ]

  private static func words(for number: Errno, at path: String?, isReading: Bool) -> String {
    switch number {
    case .noSpace, .diskQuotaExceeded: "the disk is full (\(number)): free some space"
    case .fileTooLarge: "\(number): raise the limit on the size of files (ulimit -f), or choose a disk that takes larger ones"
    case .permissionDenied, .notPermitted, .readOnlyFileSystem:
      isReading ? "\(number): give read access" : "\(number): give write access or choose another folder"
    case .notDirectory: path.flatMap(obstacle).map { "\($0) is a file, not a folder" } ?? "\(number)"
    case .noSuchFileOrDirectory: path.flatMap(missingFolder).map { "there is no folder \($0)" } ?? "there is no such file"
    case .isDirectory: "it is a folder, not a file"
    case .fileExists: "a file of this name is in its place"
    case .fileNameTooLong: "\(number): choose a shorter one"
    default: "\(number)"
    }
  }

  /// What can be seen of a path whose operation failed without a number: a file where a folder should be, or a folder that is not there.
  private static func obviousFault(at path: String) -> Errno? {
    if let obstacle = obstacle(in: path), obstacle != FilePath(path).string { return .notDirectory }
    return missingFolder(of: path) == nil ? nil : .noSuchFileOrDirectory
  }

  /// The first part of a path that is there and no folder.
  private static func obstacle(in path: String) -> String? {
    var part = FilePath(path)
    var found: String?
    while !part.isEmpty {
      var status = stat()
      if unsafe stat(part.string, &status) == 0, status.st_mode & S_IFMT != S_IFDIR { found = part.string }
      guard part.removeLastComponent() else { break }
    }
    return found
  }

  /// The folder that a path lies in, where it is not there.
  private static func missingFolder(of path: String) -> String? {
    let folder = DurableFile.parent(of: path)
    var status = stat()
    return unsafe stat(folder, &status) == 0 ? nil : folder
  }

  private static func told(_ error: DecodingError) -> String {
    switch error {
    case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
      context.debugDescription
    @unknown default: "it cannot be decoded"
    }
  }
}
