import Wire

extension RelayMachine {
  mutating func answer(_ message: WorkerMessage, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    switch message {
    case .hello(let hello):
      guard hello.protocolVersion == protocolVersion else {
        let reason =
          "worker \(peer) speaks protocol version \(hello.protocolVersion), the relay \(protocolVersion): install the same release on both"
        actions.append(.tell(.refuse(Refusal(code: .protocolVersion, reason: reason)), to: peer))
        return
      }
      // Until the learner is heard, a worker is better off without this relay.
      guard var welcome, !isLearnerSilent(now: now) else { return }
      welcome.files = []
      welcome.policyVersion = announced ?? welcome.policyVersion
      actions.append(.welcome(welcome, peer))
      if known.count >= Self.maximumKnown, !known.contains(peer) { (known, wanted) = ([], [:]) }
      if known.insert(peer).inserted { actions.append(.notify(.workerJoined(peer.description))) }
    // A worker that this relay does not know listens to where it published in an earlier life.
    case .heartbeat, .weightsRequest:
      let isSilent = isLearnerSilent(now: now)
      guard let welcome, known.contains(peer) else {
        if !isSilent { actions.append(.tell(.refuse(Refusal(code: .unknownWorker, reason: "say hello first")), to: peer)) }
        return
      }
      guard case .weightsRequest(let version, let base, let chunks) = message else {
        if !isSilent { actions.append(.tell(.heartbeatReply(incarnation: welcome.incarnation), to: peer)) }
        return
      }
      if let frame = stock?.frame(towards: version, from: base, now: now) {
        actions.append(.send(frame, chunks: chunks, to: peer))
      } else if stock != nil {
        want(version, for: peer, now: now)
      }
    case .goodbye:
      known.remove(peer)
      for version in wanted.keys { wanted[version]?.workers.remove(peer) }
      wanted = wanted.filter { !$0.value.workers.isEmpty }
    case .decline, .group: break
    }
  }

  /// Notes that a worker waits for a version. Any version: a worker may know of newer ones than this relay, which hears of none that was
  /// published before it listened, and what there isn't the learner says.
  mutating func want(_ version: UInt32, for peer: Peer, now: Milliseconds) {
    let others = wanted.filter { $0.key != version && $0.value.workers.contains(peer) }
    if others.count >= Self.maximumWanted.byOne, let oldest = others.min(by: { ($0.value.last, $0.key) < ($1.value.last, $1.key) })?.key {
      wanted[oldest]?.workers.remove(peer)
      if wanted[oldest]?.workers.isEmpty == true { wanted[oldest] = nil }
    }
    guard wanted[version] != nil || wanted.count < Self.maximumWanted.all else { return }
    var wish = wanted[version] ?? Wish(first: now, last: now)
    wish.workers.insert(peer)
    wish.last = now
    wanted[version] = wish
  }
}
