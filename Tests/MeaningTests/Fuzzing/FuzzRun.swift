import Foundation
import Meaning
import Synchronization

/// Many random texts through everything that takes texts, on all processors.
///
/// The texts come in chunks, each a function of the seed and its number, so that a run is the same on any number of processors and a chunk
/// can be repeated alone.
struct FuzzRun: Sendable {
  static let chunkSize = 1_000

  let seed: UInt64
  let count: Int
  let others: [[UInt8]]

  /// A folder in which a file is named after each chunk that is under way: what is left there after a trap says which one it was.
  var folder: String?

  /// Runs all chunks, or only one, of which each text is printed before it is tried.
  func run(onlyChunk: Int? = nil) -> FuzzFindings {
    let findings = Mutex(FuzzFindings())
    if let onlyChunk {
      run(chunk: onlyChunk, printing: true, into: findings)
    } else {
      DispatchQueue.concurrentPerform(iterations: (count + Self.chunkSize - 1) / Self.chunkSize) { chunk in
        run(chunk: chunk, printing: false, into: findings)
      }
    }
    return findings.withLock { $0 }
  }

  private func run(chunk: Int, printing: Bool, into findings: borrowing Mutex<FuzzFindings>) {
    let file = folder.map { "\($0)/\(chunk)" }
    if let file { _ = FileManager.default.createFile(atPath: file, contents: nil) }
    var texts = FuzzTexts(seed: seed &* 0x9E37_79B9 &+ UInt64(chunk), others: others)
    var own = FuzzFindings()
    for index in 0..<min(Self.chunkSize, count - chunk * Self.chunkSize) {
      let text = texts.next()
      // Not through a buffer: it would be lost in a trap.
      if printing { FileHandle.standardError.write(Data("fuzzing: trying \(text.debugDescription)\n".utf8)) }
      own.count += 1
      let calls = FuzzedCall.all.filter { index.isMultiple(of: $0.interval) }
      for call in calls { own.take(call, text, chunk: chunk) }
      let answer = extractAnswer(from: text).text
      guard answer.utf8.count != text.utf8.count, !answer.isEmpty else { continue }
      for call in calls { own.take(call, answer, chunk: chunk) }
    }
    findings.withLock { $0.add(own) }
    if let file { try? FileManager.default.removeItem(atPath: file) }
  }
}
