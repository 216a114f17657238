import Wire

/// What a request for chunks is answered with.
enum WeightAnswer {
  /// So many chunks answer one request at most, whatever it asks for: a peer must not hold up the others by a message of a few bytes.
  private static let maximum = 64

  /// The places of the chunks to send, of a frame of `count`: those asked for, or the first ones where none is named.
  static func chunks(asked: [UInt32], of count: Int) -> [Int] {
    let wanted = asked.isEmpty ? Array(0..<UInt32(clamping: min(count, maximum))) : Array(Set(asked.prefix(maximum))).sorted()
    return wanted.map(Int.init).filter { $0 < count }
  }
}

extension WeightFrame {
  /// Sends the chunks that a worker asked for, as many as its queue takes.
  func send(_ chunks: [UInt32], to peer: Peer, over transport: any LearnerTransport) throws {
    for index in WeightAnswer.chunks(asked: chunks, of: chunkCount) {
      var chunk = chunk(index)
      // In place, a peer that reads nothing would keep as many whole versions in memory as chunks wait for it.
      chunk.bytes = WeightBytes(chunk.bytes.copy())
      guard try transport.send(.weights(chunk), to: peer) == .sent else { return }
    }
  }
}
