/// What a simulation counts, so that one that tries nothing is noticed.
package enum Happening: Int, CaseIterable, Sendable {
  case learnerKilled, learnerKilledWithinAnEvent, learnerKilledDuringAnUpdate, learnerStopped, learnerOutOfTime, learnerStalled
  case powerCut, unsyncedDataLost, crashWithinADiskOperation, checkpointRecovered
  case diskFull, diskFailed, learnerDiedOfItsDisk
  case learnerClockJumped, workerClockJumped
  case workerKilled, workerKilledWithinAnEvent, workerDrained, workerLeftForGood, workerJoinedLate, workerStalled
  case engineHung, engineStraggled
  case garbageFromTheEngine, garbageOnTheWire, unreadableMessage, stranger
  case partitionBothWays, partitionOneWay, connectionBroken
  case messageLost, messageDoubled, messageOvertaken, messageHeldBack, messagesTakenTogether, queueOverflowed
  case keyFramePublished, deltaPublished, chunkLost, chunkSlowedDown, keyFrameRepaired, deltaRepaired
  case duplicateDropped, staleDropped, groupRejected, leaseExpired, leaseForgotten, leaseDeclined, workerLost, taskCancelled
  case leaseDoubled, workerFoundHung, workerQuarantined
  case lieSent, lieAccepted, lieVoided, workerExpelled, wentBack, checkPassed, checkedByAWorker, scoresReplaced, evaluationDone
  case relayKilled, relayKilledWithinAnEvent, relayLeftForGood, relayStopped, relayStalled, relayClockJumped
  case garbageFromARelay, strangerAtARelay
  case relayFound, relayGivenUp, chunkHandedOn, keyFrameFromARelay, deltaFromARelay, weightsAskedByARelay
  case baseFetched, baseFoundOnTheHost, baseFromTheLearner, baseFromARelay, baseChunkDamaged, baseChunkForged, baseDamaged
  case baseDiskFailed, killedWhileFetchingBase
  case stepTrainedAgain
  case partByAWorker, partByTheLearner, partChecked
  case questionsSkipped, allQuestionsUnanimous
}

extension Happening {
  /// The case's name in words.
  package var words: String {
    "\(self)".reduce(into: "") { words, letter in words += letter.isUppercase ? " " + letter.lowercased() : String(letter) }
  }
}

/// How often things happened.
package struct Tally: Sendable, Equatable {
  private var counts = [Int](repeating: 0, count: Happening.allCases.count)

  /// Creates a tally of nothing.
  package init() {}

  package subscript(happening: Happening) -> Int { counts[happening.rawValue] }

  mutating func count(_ happening: Happening) { counts[happening.rawValue] += 1 }

  package mutating func add(_ other: Tally) {
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  /// What happened less than `least` times for every thousand seeds.
  package func neglected(seeds: Int, least: Int) -> [Happening] {
    Happening.allCases.filter { self[$0] * 1_000 < least * seeds }
  }
}
