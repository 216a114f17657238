import Cluster
import Wire

/// Drives a relay's machine by hand and keeps its clock.
struct RelayScript {
  var machine = RelayMachine(plan: RelayPlan(name: "relay", software: "test", chunksPerRequest: 20, giveUpAfter: 60_000))
  var now: Milliseconds = 0

  mutating func on(_ event: RelayMachine.Event) -> [RelayMachine.Action] { machine.handle(event, now: now) }

  mutating func hear(_ message: LearnerMessage) -> [RelayMachine.Action] { on(.learner(message)) }

  /// Lets time pass while the learner answers heartbeats.
  mutating func wait(_ milliseconds: Milliseconds) -> [RelayMachine.Action] {
    now += milliseconds
    return hear(.heartbeatReply(incarnation: 1))
  }

  /// Starts, is welcomed at a version and fetches it.
  mutating func join(_ stock: DeltaStock, version: UInt32) -> [RelayMachine.Action] {
    var actions = on(.start)
    actions += serve(hear(DeltaStock.welcome(version: version)), from: stock)
    return actions
  }

  /// Answers requests as a learner, and those that follow, until there are no more; returns all actions.
  mutating func serve(_ actions: [RelayMachine.Action], from stock: DeltaStock) -> [RelayMachine.Action] {
    var all = actions
    var unread = 0
    while unread < all.count {
      defer { unread += 1 }
      guard case .tellLearner(.weightsRequest(let version, let base, let chunks)) = all[unread] else { continue }
      guard let frame = stock.published.frame(towards: version, from: base) else {
        all += hear(.weightsGone(policyVersion: version, newest: UInt32(stock.versions.count - 1)))
        continue
      }
      for index in chunks where Int(index) < frame.chunkCount { all += hear(.weights(frame.chunk(Int(index)))) }
    }
    return all
  }

  /// What a worker is sent that says hello and asks for weights.
  mutating func ask(_ version: UInt32, base: UInt32? = nil, from worker: String = "w") -> [RelayMachine.Action] {
    _ = on(.worker(.hello(Hello(worker: worker, software: "test", fingerprint: "f", credits: 0)), from: Peer(worker)))
    return on(.worker(.weightsRequest(policyVersion: version, base: base, chunks: []), from: Peer(worker)))
  }
}

extension [RelayMachine.Action] {
  var toldLearner: [WorkerMessage] {
    compactMap { action in
      if case .tellLearner(let message) = action { message } else { nil }
    }
  }

  /// Version, base and number of chunks of what was asked of the learner.
  var requests: [[UInt32?]] {
    toldLearner.compactMap { message in
      if case .weightsRequest(let version, let base, let chunks) = message { [version, base, UInt32(chunks.count)] } else { nil }
    }
  }

  var published: [WeightChunk] {
    compactMap { action in
      if case .publish(let chunk) = action { chunk } else { nil }
    }
  }

  var frames: [WeightFrame] {
    compactMap { action in
      if case .send(let frame, _, _) = action { frame } else { nil }
    }
  }

  var told: [LearnerMessage] {
    compactMap { action in
      if case .tell(let message, _) = action { message } else { nil }
    }
  }

  var welcomes: [Welcome] {
    compactMap { action in
      if case .welcome(let welcome, _) = action { welcome } else { nil }
    }
  }

  var outcome: RelayOutcome? {
    for case .end(let outcome) in self { return outcome }
    return nil
  }
}
