/// Byte-pair encoding: a piece of text starts as one token a byte; the neighbours with the lowest-ranked merge become one
/// token, until no neighbours have a merge (Sennrich et al., https://arxiv.org/abs/1508.07909).
struct BytePairEncoder: Sendable {
  var vocabulary: TokenTable
  var merges: MergeTable

  /// The token of each byte; -1 where the vocabulary lacks it.
  var byteTokens: [Int32]

  /// What stands for a byte without a token; without it, such bytes are left out.
  var unknownToken: Int32?

  /// Whether neighbouring bytes without a token make one unknown token.
  var fusesUnknown: Bool

  /// Whether a piece that is a token as a whole is that token, whatever the merges would make of it.
  var ignoresMerges: Bool

  /// Storage that is used again from piece to piece.
  struct Workspace {
    fileprivate var tokens: [Int32] = []
    fileprivate var next: [Int32] = []
    fileprivate var previous: [Int32] = []
    fileprivate var queue = MergeQueue()
  }

  /// Appends the tokens of `bytes[range]`. O(n log n).
  func encode(_ bytes: [UInt8], _ range: Range<Int>, into ids: inout [Int32], workspace: inout Workspace) {
    if ignoresMerges, let id = vocabulary.id(of: bytes, range) {
      ids.append(id)
      return
    }
    split(bytes, range, into: &workspace)
    merge(in: &workspace)
    for token in workspace.tokens where token >= 0 { ids.append(token) }
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

  /// Merges until nothing is left to merge. A token that was merged into its left neighbour is -1.
  ///
  /// The queue may hold merges whose tokens have changed since: they are recognised by their rank when they come up.
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
