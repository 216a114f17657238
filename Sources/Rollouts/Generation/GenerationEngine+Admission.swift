internal import Transformer

// The order of entry, and the blocks of the cache that each entrant holds.
//
// A prompt or sample begins only with all the blocks reserved that it may need, so that a running one never waits for blocks or loses them.
// A prompt begins only together with a seat, the blocks of its first sample, and only when no sample waits; samples enter in order. So
// there is no deadlock: when nothing runs, the first waiting sample has its seat, or the blocks of a sample that took the seat and ended.
extension GenerationEngine {
  /// Gives places to the samples that wait, in order, and begins requests for the places that are left.
  func admit() {
    while active.count < maximumSequences, let sample = ready.first, reserve(for: sample.open) {
      ready.removeFirst()
      active.append(enter(sample))
    }
    guard ready.isEmpty else { return }
    var places = active.count + prompts.reduce(0) { $0 + ($1.samplesTokens ? $1.request.sampleCount : 0) }
    var rows = prompts.reduce(0) { $0 + $1.remaining }
    while rows < promptRows, let open = waiting.first, places < maximumSequences || !open.samplesTokens {
      let blocks = open.need.prompt + open.need.sample
      guard reservedBlocks + blocks <= limits.cacheBlocks else { return }
      reservedBlocks += blocks
      open.hasBegun = true
      open.holdsSeat = true
      waiting.removeFirst()
      prompts.append(open)
      rows += open.remaining
      if open.samplesTokens { places += open.request.sampleCount }
    }
  }

  private func reserve(for open: OpenRequest) -> Bool {
    if open.holdsSeat {
      open.holdsSeat = false
      return true
    }
    guard reservedBlocks + open.need.sample <= limits.cacheBlocks else { return false }
    reservedBlocks += open.need.sample
    return true
  }

  /// Gives a ready sample its own continuation of the prompt.
  private func enter(_ sample: RunningSample) -> RunningSample {
    var sample = sample
    sample.sequence = pass.fork(sample.open.prefix)
    dropPrefixHolder(sample.open)
    return sample
  }

  /// Counts one sample that needs the prompt no more, and frees the prompt after the last.
  func dropPrefixHolder(_ open: OpenRequest) {
    open.unforked -= 1
    if open.unforked == 0 { pass.release(&open.prefix) }
  }

  /// Frees the blocks of a sample of the batch.
  func leave(_ sample: RunningSample) {
    var sequence = sample.sequence
    pass.release(&sequence)
    reservedBlocks -= sample.open.need.sample
  }

  /// Frees the blocks that a request holds beside its samples', and forgets it.
  func close(_ open: OpenRequest) {
    guard requests.removeValue(forKey: open.id) != nil else { return }
    pass.release(&open.prefix)
    if open.hasBegun { reservedBlocks -= open.need.prompt + (open.holdsSeat ? open.need.sample : 0) }
  }
}
