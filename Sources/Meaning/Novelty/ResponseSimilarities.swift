/// How much alike responses are in what they say, of all pairs: from 0, no word in common, to 1, the same words. Shape [G, G], symmetric.
///
/// Compared is what follows a response's thinking, all of it where it does not think, as ``WordSequences``: counts of sequences of words stand
/// in for the embedding model that EVOL-RL, arXiv 2509.15194, asks. They take no model and have the same bits everywhere; what they miss is that
/// other words may say the same. O(G² n).
public func responseSimilarities(_ responses: [String]) -> [[Double]] {
  let sequences = responses.map { response in
    let scanned = ScannedText(response)
    return WordSequences(of: scanned.behindThinking().map { String(String.UnicodeScalarView($0.scalars)) } ?? "")
  }
  var similarities = Array(repeating: Array(repeating: 1.0, count: responses.count), count: responses.count)
  for left in sequences.indices {
    for right in sequences.indices where right > left {
      let similarity = sequences[left].similarity(to: sequences[right])
      similarities[left][right] = similarity
      similarities[right][left] = similarity
    }
  }
  return similarities
}
