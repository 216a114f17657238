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
      welcome.policyVersion = announced
      actions.append(.welcome(welcome, peer))
      if known.count >= Self.maximumKnown, !known.contains(peer) { known = [] }
      if known.insert(peer).inserted { actions.append(.notify(.workerJoined(peer.description))) }
    case .heartbeat:
      guard let welcome, !isLearnerSilent(now: now) else { return }
      // It listens to where the relay published in an earlier life.
      guard known.contains(peer) else {
        actions.append(.tell(.refuse(Refusal(code: .unknownWorker, reason: "say hello first")), to: peer))
        return
      }
      actions.append(.tell(.heartbeatReply(incarnation: welcome.incarnation), to: peer))
    case .weightsRequest(let version, let base, let chunks):
      if let frame = stock?.frame(towards: version, from: base, now: now) {
        actions.append(.send(frame, chunks: chunks, to: peer))
      } else if stock != nil {
        want(version, for: peer, now: now)
      }
    case .goodbye: known.remove(peer)
    case .decline, .group: break
    }
  }

  mutating func want(_ version: UInt32, for peer: Peer, now: Milliseconds) {
    // Any version: a worker may know of newer ones than this relay, which hears of none that was published before it listened, and what
    // there isn't the learner says.
    guard wanted[version] != nil || wanted.count < Self.maximumWanted else { return }
    var entry = wanted[version] ?? (workers: [], last: now)
    if entry.workers.count < Self.maximumKnown { entry.workers.insert(peer) }
    entry.last = now
    wanted[version] = entry
  }
}
