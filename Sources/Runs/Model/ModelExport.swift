import Files
import Foundation
import HuggingFace
import SystemPackage
package import Tensors
import Transformer

/// Writes a model folder that other programs open: configuration, tokenizer and weights, whole or not at all.
package struct ModelExport {
  /// The folder to read.
  package let source: String
  /// The folder to make.
  package let target: String
  /// How weights are stored.
  package let elementType: FloatFormat
  /// The largest file of weights, in bytes, unless a single tensor is larger.
  package let maximumShardBytes: Int
  /// Whether a model that is there gives way.
  package let replaces: Bool

  /// Creates one.
  package init(source: String, target: String, elementType: FloatFormat, maximumShardBytes: Int, replaces: Bool) {
    self.source = source
    self.target = target
    self.elementType = elementType
    self.maximumShardBytes = maximumShardBytes
    self.replaces = replaces
  }

  /// Writes the folder: beside its place, and renamed when it is whole.
  package func write() throws {
    try check()
    let configuration = try ModelConfiguration(folder: source)
    let files = try smallFiles(configuration)
    let weights = try CheckedWeights(folder: source, configuration: configuration)
    do {
      try make(partial)
      for (name, bytes) in files { try DurableFile.write(bytes, to: partial + "/" + name) }
      try weights.export(folder: partial, elementType: elementType, maximumShardBytes: maximumShardBytes)
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

  private func check() throws {
    let (from, to) = (Self.resolved(source), Self.resolved(target))
    guard from != to, !from.hasPrefix(to + "/"), !to.hasPrefix(from + "/") else {
      throw RunsError(.model, "\(target): expected another folder than the model's own, \(source)")
    }
    guard FileManager.default.fileExists(atPath: target) else { return }
    guard let content = try? FileManager.default.contentsOfDirectory(atPath: target) else {
      throw RunsError(.model, "\(target) is a file: expected a folder that is not there yet")
    }
    guard !content.isEmpty else { return }
    guard replaces else {
      throw RunsError(.model, "\(target) is not empty: expected a folder that is not there yet, or --force to replace a model")
    }
    guard content.contains("config.json"), !content.contains("config.yaml") else {
      throw RunsError(.model, "\(target) is not empty and holds no model: --force replaces nothing but a model's folder")
    }
  }

  /// Everything but the weights, read before anything is written.
  private func smallFiles(_ configuration: ModelConfiguration) throws -> [(name: String, bytes: [UInt8])] {
    let path = source + "/config.json"
    let text = try ExportedConfiguration.encoded(base: Data(try ModelFiles.bytes(path)), elementType: elementType, source: path)
    var files = [("config.json", [UInt8](text))]
    let generation = source + "/generation_config.json"
    if FileManager.default.fileExists(atPath: generation) {
      files.append(("generation_config.json", try ModelFiles.bytes(generation)))
    } else {
      files.append(("generation_config.json", [UInt8](configuration.encodedGeneration())))
    }
    return try files + ModelFiles.tokenizer(in: source).map { ($0, try ModelFiles.bytes(source + "/" + $0)) }
  }

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
