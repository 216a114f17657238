extension Expression {
  /// A branch not taken: the instruction and the place in the text to resume at. After a run, there is one for each place down to `floor`.
  struct Frame {
    var instruction: Int32
    var position: Int32
    var floor: Int32
  }

  /// The matcher's state beside the text.
  struct Workspace {
    fileprivate var frames: [Frame] = []

    /// The steps that are left. An expression may need exponentially many; its search then ends as if there were no more matches. Real
    /// expressions need far fewer. (Oniguruma gives up after ten million within one match.)
    fileprivate var steps: Int

    /// For a text of this many bytes.
    init(textSize: Int) { steps = 10_000_000 + 1000 * textSize }
  }

  /// Calls `body` with each match in `range` from left to right, none of them overlapping. Like Oniguruma's iterator in Hugging Face's
  /// library, it passes over an empty match where the last one ended.
  @inline(__always)
  func forEachMatch(_ bytes: [UInt8], _ range: Range<Int>, _ workspace: inout Workspace, _ body: (Range<Int>) -> Void) {
    var position = range.lowerBound
    var lastEnd = -1
    while let match = firstMatch(bytes, range, from: position, &workspace) {
      if match.isEmpty, match.upperBound == lastEnd {
        guard position < range.upperBound else { return }
        position += UTF8Scalars.length(bytes[position])
        continue
      }
      body(match)
      position = match.upperBound
      lastEnd = position
    }
  }

  /// The leftmost match that begins at `start` or later.
  func firstMatch(_ bytes: [UInt8], _ range: Range<Int>, from start: Int, _ workspace: inout Workspace) -> Range<Int>? {
    var position = start
    while true {
      if !isNullable {
        while position < range.upperBound, !firstBytes.contains(bytes[position]) { position += UTF8Scalars.length(bytes[position]) }
        if position >= range.upperBound { return nil }
      }
      let end = match(bytes, range, at: position, from: 0, &workspace)
      if end >= 0 { return position..<end }
      guard position < range.upperBound, workspace.steps > 0 else { return nil }
      position += UTF8Scalars.length(bytes[position])
    }
  }

  /// The end of the match that begins at `start` with an instruction; -1 where there is none. Calls itself for parts that are matched
  /// by themselves, at most as deep as the expression nests.
  private func match(
    _ bytes: [UInt8], _ range: Range<Int>, at start: Int, from first: Int, _ workspace: inout Workspace
  ) -> Int {
    let base = workspace.frames.count
    let end = range.upperBound
    var position = start
    var instruction = first
    while true {
      var isMatching = true
      switch instructions[instruction] {
      case .accept:
        workspace.frames.removeLast(workspace.frames.count - base)
        return position
      case .byte(let byte):
        isMatching = position < end && bytes[position] == byte
        position += 1
        instruction += 1
      case .set(let set):
        let length = position < end ? sets.length(set, bytes, at: position) : 0
        isMatching = length > 0
        position += length
        instruction += 1
      case .run(let set, let minimum, let maximum, let isPossessive):
        isMatching = run(set, minimum, maximum, isPossessive, bytes, end, &position, instruction + 1, &workspace)
        instruction += 1
      case .split(let now, let later):
        workspace.frames.append(Frame(instruction: Int32(later), position: Int32(position), floor: Int32(position)))
        instruction = now
      case .choose(let table):
        let packed = choices[table + (position < end ? Int(bytes[position]) : 256)]
        let count = Int(packed & 0xFF)
        let offset = Int(packed >> 8)
        isMatching = count > 0
        if isMatching {
          instruction = Int(alternatives[offset])
          for index in stride(from: count - 1, to: 0, by: -1) {
            workspace.frames.append(
              Frame(instruction: alternatives[offset + index], position: Int32(position), floor: Int32(position)))
          }
        }
      case .jump(let target): instruction = target
      case .lookSet(let set, let isNegated):
        isMatching = (position < end && sets.length(set, bytes, at: position) > 0) != isNegated
        instruction += 1
      case .look(let next, let isNegated):
        isMatching = (match(bytes, range, at: position, from: instruction + 1, &workspace) >= 0) != isNegated
        instruction = next
      case .lookBehind(let next, let width, let isNegated):
        let from = Self.start(bytes, range, before: position, width)
        isMatching = (from >= 0 && match(bytes, range, at: from, from: instruction + 1, &workspace) >= 0) != isNegated
        instruction = next
      case .atomic(let next):
        let bodyEnd = match(bytes, range, at: position, from: instruction + 1, &workspace)
        isMatching = bodyEnd >= 0
        position = bodyEnd
        instruction = next
      case .assertion(let assertion):
        isMatching = Self.holds(assertion, bytes, range, at: position)
        instruction += 1
      }
      if !isMatching {
        workspace.steps -= 1
        guard workspace.frames.count > base, workspace.steps > 0 else {
          workspace.frames.removeLast(workspace.frames.count - base)
          return -1
        }
        (instruction, position) = resume(bytes, &workspace)
      }
    }
  }

  /// Resumes at the branch that was put off last.
  private func resume(_ bytes: [UInt8], _ workspace: inout Workspace) -> (instruction: Int, position: Int) {
    let top = workspace.frames.count - 1
    let frame = workspace.frames[top]
    var position = Int(frame.position)
    if frame.floor < frame.position {
      position = UTF8Scalars.start(bytes, before: position)
      workspace.frames[top].position = Int32(position)
    }
    if position <= Int(frame.floor) { workspace.frames.removeLast() }
    return (Int(frame.instruction), position)
  }

  /// Goes past characters of a set, and leaves a branch at each place where it could have stopped.
  @inline(__always)
  private func run(
    _ set: Int, _ minimum: Int, _ maximum: Int, _ isPossessive: Bool, _ bytes: [UInt8], _ end: Int, _ position: inout Int,
    _ next: Int, _ workspace: inout Workspace
  ) -> Bool {
    let start = position
    var count = 0
    var floor = position
    while count < maximum, position < end {
      let length = sets.length(set, bytes, at: position)
      if length == 0 { break }
      position += length
      count += 1
      if count == minimum { floor = position }
    }
    workspace.steps -= position - start
    guard count >= minimum else { return false }
    if count > minimum, !isPossessive {
      if case .accept = instructions[next] { return true }
      workspace.frames.append(Frame(instruction: Int32(next), position: Int32(position), floor: Int32(floor)))
    }
    return true
  }

  /// The place `width` characters before; -1 where there are fewer.
  private static func start(_ bytes: [UInt8], _ range: Range<Int>, before position: Int, _ width: Int) -> Int {
    var position = position
    for _ in 0..<width {
      guard position > range.lowerBound else { return -1 }
      position = UTF8Scalars.start(bytes, before: position)
    }
    return position
  }

  private static func holds(
    _ assertion: ExpressionNode.Assertion, _ bytes: [UInt8], _ range: Range<Int>, at position: Int
  ) -> Bool {
    let lineBreak = UInt8(ascii: "\n")
    switch assertion {
    case .textStart: return position == range.lowerBound
    case .textEnd: return position == range.upperBound
    case .textEndOrLastLineBreak:
      return position == range.upperBound || (position == range.upperBound - 1 && bytes[position] == lineBreak)
    case .lineStart:
      return position == range.lowerBound || (bytes[position - 1] == lineBreak && position < range.upperBound)
    case .lineEnd: return position == range.upperBound || bytes[position] == lineBreak
    case .wordBoundary, .noWordBoundary:
      let before = position > range.lowerBound && isWord(bytes, at: UTF8Scalars.start(bytes, before: position))
      let after = position < range.upperBound && isWord(bytes, at: position)
      return (before != after) == (assertion == .wordBoundary)
    }
  }
}
