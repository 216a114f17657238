/// `Split` and similar steps: cuts pieces at the matches of a pattern.
struct SplitStep: PreTokenizerStep {
  /// The treatment of the matches.
  enum Behavior: String, Sendable {
    case removed = "Removed"
    case isolated = "Isolated"
    /// Goes to the piece before it.
    case mergedWithPrevious = "MergedWithPrevious"
    /// Goes to the piece after it.
    case mergedWithNext = "MergedWithNext"
    /// Neighbouring matches become one piece, and so do neighbouring texts between matches.
    case contiguous = "Contiguous"
  }

  var pattern: TextPattern
  var behavior: Behavior
  /// Whether the texts between the matches count as the matches.
  var isInverted = false

  /// A stretch of text, and whether the pattern matches it.
  private struct Part {
    var range: Range<Int>
    var isMatch: Bool
  }

  func apply(to text: inout SplitText) {
    var pieces: [Range<Int>] = []
    pieces.reserveCapacity(text.pieces.count + text.bytes.count / 4)
    var workspace = Expression.Workspace(textSize: text.bytes.count)
    for piece in text.pieces {
      switch behavior {
      case .isolated: isolate(text.bytes, piece, into: &pieces, &workspace)
      default: merge(parts(text.bytes, piece, &workspace), into: &pieces)
      }
    }
    text.pieces = pieces
  }

  private func isolate(_ bytes: [UInt8], _ piece: Range<Int>, into pieces: inout [Range<Int>], _ workspace: inout Expression.Workspace) {
    var last = piece.lowerBound
    pattern.forEachMatch(bytes, piece, &workspace) { match in
      if last < match.lowerBound { pieces.append(last..<match.lowerBound) }
      if !match.isEmpty { pieces.append(match) }
      last = match.upperBound
    }
    if last < piece.upperBound { pieces.append(last..<piece.upperBound) }
  }

  /// The piece as matches, which may be empty, and the texts between them.
  private func parts(_ bytes: [UInt8], _ piece: Range<Int>, _ workspace: inout Expression.Workspace) -> [Part] {
    var parts: [Part] = []
    var last = piece.lowerBound
    pattern.forEachMatch(bytes, piece, &workspace) { match in
      if last < match.lowerBound { parts.append(Part(range: last..<match.lowerBound, isMatch: isInverted)) }
      parts.append(Part(range: match, isMatch: !isInverted))
      last = match.upperBound
    }
    if last < piece.upperBound { parts.append(Part(range: last..<piece.upperBound, isMatch: isInverted)) }
    return parts
  }

  private func merge(_ parts: [Part], into pieces: inout [Range<Int>]) {
    switch behavior {
    case .isolated: pieces.append(contentsOf: parts.lazy.map(\.range).filter { !$0.isEmpty })
    case .removed: pieces.append(contentsOf: parts.lazy.filter { !$0.isMatch && !$0.range.isEmpty }.map(\.range))
    case .contiguous:
      append(parts, to: &pieces) { part, previous in part.isMatch == (previous?.isMatch ?? false) }
    case .mergedWithPrevious:
      append(parts, to: &pieces) { part, previous in part.isMatch && !(previous?.isMatch ?? false) }
    case .mergedWithNext:
      var merged: [Range<Int>] = []
      var wasMatch = false
      for part in parts.reversed() {
        if part.isMatch, !wasMatch, let next = merged.last {
          merged[merged.count - 1] = part.range.lowerBound..<next.upperBound
        } else {
          merged.append(part.range)
        }
        wasMatch = part.isMatch
      }
      pieces.append(contentsOf: merged.reversed().filter { !$0.isEmpty })
    }
  }

  /// Appends parts, each to the range before it where `joins` says so.
  private func append(_ parts: [Part], to pieces: inout [Range<Int>], joins: (Part, Part?) -> Bool) {
    var merged: [Range<Int>] = []
    var previous: Part?
    for part in parts {
      if joins(part, previous), let last = merged.last {
        merged[merged.count - 1] = last.lowerBound..<part.range.upperBound
      } else {
        merged.append(part.range)
      }
      previous = part
    }
    pieces.append(contentsOf: merged.filter { !$0.isEmpty })
  }
}
