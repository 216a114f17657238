/// Byte-pair encoding: a piece of text starts as one token a byte; the neighbours with the lowest-ranked merge become one
/// token, until no neighbours have a merge (Sennrich et al., https://arxiv.org/abs/1508.07909).
struct BytePairEncoder: Sendable {
  var vocabulary: TokenTable
  var merges: MergeTable

  /// The token of each byte; -1 where the vocabulary lacks it.
  var byteTokens: [Int32]

  /// The token in place of a byte without one; nil leaves such bytes out.
  var unknownToken: Int32?

  /// Whether neighbouring bytes without a token make one unknown token.
  var fusesUnknown: Bool

  /// Whether a piece that is a token as a whole becomes that token, even if the merges would give others.
  var ignoresMerges: Bool

  /// Storage that is used again from piece to piece.
  struct Workspace {
    fileprivate var tokens: [Int32] = []
    fileprivate var merges: [MergeTable.Merge] = []
    fileprivate var next: [Int32] = []
    fileprivate var previous: [Int32] = []
    fileprivate var queue = MergeQueue()
    fileprivate var cache: PieceCache

    /// For a text of this many bytes.
    init(textSize: Int) { cache = PieceCache(textSize: textSize) }
  }

  /// Pieces of up to this many bytes are merged by looking at all neighbours for each merge, longer ones through a queue.
  private static let shortPiece = 32

  /// Appends the tokens of `bytes[range]`. O(n log n).
  func encode(_ bytes: [UInt8], _ range: Range<Int>, into ids: inout [Int32], workspace: inout Workspace) {
    if range.count == 1, byteTokens[Int(bytes[range.lowerBound])] >= 0 {
      ids.append(byteTokens[Int(bytes[range.lowerBound])])
      return
    }
    let slot = workspace.cache.slot(of: bytes, range)
    if let slot, workspace.cache.append(bytes, range, slot: slot, to: &ids) { return }
    let start = ids.count
    if ignoresMerges, let id = vocabulary.id(of: bytes, range) {
      ids.append(id)
    } else {
      split(bytes, range, into: &workspace)
      if workspace.tokens.count <= Self.shortPiece {
        mergeShort(in: &workspace)
        ids.append(contentsOf: workspace.tokens)
      } else {
        merge(in: &workspace)
        for token in workspace.tokens where token >= 0 { ids.append(token) }
      }
    }
    if let slot { workspace.cache.keep(bytes, range, slot: slot, ids[start...]) }
  }

  /// One token a byte.
  private func split(_ bytes: [UInt8], _ range: Range<Int>, into workspace: inout Workspace) {
    workspace.tokens.removeAll(keepingCapacity: true)
    var followsUnknown = false
    for index in range {
      let token = byteTokens[Int(bytes[index])]
      if token >= 0 {
        workspace.tokens.append(token)
      } else if let unknownToken, !(fusesUnknown && followsUnknown) {
        workspace.tokens.append(unknownToken)
      }
      followsUnknown = token < 0
    }
  }

  /// Merges until there are no more merges, and closes the gaps.
  private func mergeShort(in workspace: inout Workspace) {
    let none = MergeTable.Merge(rank: .max, token: -1)
    workspace.merges.removeAll(keepingCapacity: true)
    for index in 0..<max(workspace.tokens.count - 1, 0) {
      workspace.merges.append(merges.merge(workspace.tokens[index], workspace.tokens[index + 1]) ?? none)
    }
    while true {
      var best = -1
      var rank = UInt32.max
      for index in workspace.merges.indices where workspace.merges[index].rank < rank {
        rank = workspace.merges[index].rank
        best = index
      }
      guard best >= 0 else { return }
      workspace.tokens[best] = workspace.merges[best].token
      workspace.tokens.remove(at: best + 1)
      workspace.merges.remove(at: best)
      if best > 0 { workspace.merges[best - 1] = merges.merge(workspace.tokens[best - 1], workspace.tokens[best]) ?? none }
      if best < workspace.merges.count {
        workspace.merges[best] = merges.merge(workspace.tokens[best], workspace.tokens[best + 1]) ?? none
      }
    }
  }

  /// Merges until there are no more merges. A token that was merged into its left neighbour is -1.
  ///
  /// The queue may hold merges whose tokens have changed since: these are recognised by their rank when they are taken.
  private func merge(in workspace: inout Workspace) {
    let count = workspace.tokens.count
    guard count > 1 else { return }
    workspace.queue.removeAll()
    workspace.next.removeAll(keepingCapacity: true)
    workspace.previous.removeAll(keepingCapacity: true)
    for index in 0..<count {
      workspace.next.append(index + 1 < count ? Int32(index + 1) : -1)
      workspace.previous.append(Int32(index) - 1)
      offer(Int32(index), in: &workspace)
    }
    while let (rank, position) = workspace.queue.pop() {
      let left = Int(position)
      let right = Int(workspace.next[left])
      guard workspace.tokens[left] >= 0, right >= 0,
        let merge = merges.merge(workspace.tokens[left], workspace.tokens[right]), merge.rank == rank
      else { continue }
      workspace.tokens[left] = merge.token
      workspace.tokens[right] = -1
      let after = workspace.next[right]
      workspace.next[left] = after
      if after >= 0 { workspace.previous[Int(after)] = position }
      offer(position, in: &workspace)
      if workspace.previous[left] >= 0 { offer(workspace.previous[left], in: &workspace) }
    }
  }

  /// Queues the merge of a token with its right neighbour, where they have one.
  private func offer(_ position: Int32, in workspace: inout Workspace) {
    let right = workspace.next[Int(position)]
    guard right >= 0, let merge = merges.merge(workspace.tokens[Int(position)], workspace.tokens[Int(right)]) else { return }
    workspace.queue.push(rank: merge.rank, position: position)
  }
}
