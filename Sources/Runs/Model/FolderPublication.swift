import Files
import Foundation
import SystemPackage

/// A folder that is there whole or not at all: written beside its place, and renamed when it is whole.
struct FolderPublication {
  /// The folder to make.
  let target: String
  /// Whether a model that is there gives way.
  let replaces: Bool

  /// Throws where the folder cannot be made, or is one of those that it is made of.
  func check(sources: [String]) throws {
    let to = Self.resolved(target)
    for source in sources {
      let from = Self.resolved(source)
      guard from != to, !from.hasPrefix(to + "/"), !to.hasPrefix(from + "/") else {
        throw RunsError(.model, "\(target): expected another folder than the model's own, \(source)")
      }
    }
    guard FileManager.default.fileExists(atPath: target) else { return }
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: target, isDirectory: &isFolder), isFolder.boolValue else {
      throw RunsError(.model, "\(target) is a file: expected a folder that is not there yet")
    }
    let content = try DurableFile.attempt("list", target) { try FileManager.default.contentsOfDirectory(atPath: target) }
    guard !content.isEmpty else { return }
    guard replaces else {
      throw RunsError(.model, "\(target) is not empty: expected a folder that is not there yet, or --force to replace a model")
    }
    guard content.contains("config.json") || content.contains("adapter_config.json"), !content.contains("config.yaml") else {
      throw RunsError(.model, "\(target) is not empty and holds no model: --force replaces nothing but a model's folder")
    }
  }

  /// Makes the folder of what `body` writes to a folder beside it, which is removed if anything fails.
  func write(_ body: (_ folder: String) throws -> Void) throws {
    do {
      try make(partial)
      try body(partial)
      try DurableFile.synchronizeFolder(partial)
      try publish()
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      if Self.isFull(error) {
        throw RunsError(.model, "\(target): not written, the disk is full: free some space and export again", cause: error)
      }
      throw error
    }
  }

  private var name: String { URL(fileURLWithPath: target).lastPathComponent }
  private var parent: String { DurableFile.parent(of: target) }
  private var partial: String { parent + "/.\(name).partial" }
  private var discarded: String { parent + "/.\(name).discarded" }

  private func make(_ folder: String) throws {
    try DurableFile.attempt("create folder", folder) {
      if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) }
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
  }

  /// Gives the finished folder its name; what was there before stays until then.
  private func publish() throws {
    try? FileManager.default.removeItem(atPath: discarded)
    let isReplacing = FileManager.default.fileExists(atPath: target)
    if isReplacing { try DurableFile.rename(target, to: discarded) }
    do {
      try DurableFile.rename(partial, to: target)
    } catch {
      if isReplacing { try? DurableFile.rename(discarded, to: target) }
      throw error
    }
    try DurableFile.synchronizeFolder(parent)
    if isReplacing { try? FileManager.default.removeItem(atPath: discarded) }
  }

  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }

  private static func isFull(_ error: any Error) -> Bool {
    switch error {
    case let error as FileError: error.code == .noSpace
    case let error as RunsError: error.cause.map(isFull) ?? false
    case Errno.noSpace, Errno.diskQuotaExceeded: true
    default: false
    }
  }
}
