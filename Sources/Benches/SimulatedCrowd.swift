import EMPO
import Foundation
import Operations
import Release
import Wire

/// Workers that sample nothing and answer every task with one of a few groups: many connections served by one thread.
///
/// Each holds up to `credits` tasks. At full speed they measure how much a learner takes in; at a given rate, how long it takes to answer.
final class SimulatedCrowd {
  /// The results of a phase.
  struct Phase: Codable {
    var groupsPerSecond: Double
    /// Milliseconds from sending a group to having the next task.
    var leaseP50: Double
    var leaseP99: Double
  }

  private final class Member {
    let transport: ZeroMQWorkerTransport
    var incarnation: UInt64?
    var tasks: [Wire.Task] = []
    /// The times at which groups were sent that have not been answered by a new task yet.
    var sent: [ContinuousClock.Instant] = []
    var due: ContinuousClock.Instant
    var lastWord: ContinuousClock.Instant

    init(_ transport: ZeroMQWorkerTransport, now: ContinuousClock.Instant) {
      self.transport = transport
      due = now
      lastWord = now
    }
  }

  /// libzmq allows 1,023 sockets a context; a worker has two, and two more watch its handshakes.
  private static let membersPerContext = 200

  private let clock = ContinuousClock()
  private let groups: [ScoredGroup]
  private var answered = 0
  private let credits: UInt32
  private var members: [Member] = []
  private var accepted = 0
  private var latencies: [Double] = []
  private var interval: Duration?

  init(connecting learner: String, workers: Int, credits: Int, groupSize: Int, length: Int) throws {
    self.credits = UInt32(credits)
    groups = try BenchGroups(size: groupSize, length: length).groups
    var context = try ZeroMQContext()
    for index in 0..<workers {
      if index > 0, index % Self.membersPerContext == 0 { context = try ZeroMQContext() }
      members.append(
        Member(try ZeroMQWorkerTransport(connecting: learner, worker: "simulated-\(index)", context: context), now: clock.now))
    }
    for member in members { try greet(member) }
  }

  /// Bytes of a group on the wire.
  func groupBytes() throws -> Int {
    let task = Wire.Task(
      lease: 1, seal: LeaseSeal(incarnation: 1, code: Array(repeating: 0, count: LeaseSeal.codeBytes)), item: WorkItem(step: 0, slot: 0),
      policyVersion: 0, seed: 0, groupSize: credits, questionID: "", question: "", promptTokens: [], deadlineMilliseconds: 0)
    return try WorkerMessage.result(result(of: task)).encoded().count
  }

  /// Works until every member has had a task.
  func awaitTasks(within patience: Duration) throws {
    let end = clock.now + patience
    while members.contains(where: { $0.incarnation == nil }) {
      guard clock.now < end else { throw OperationsError(.process, "not every simulated worker had joined within \(patience)") }
      try turn()
    }
  }

  /// Works for a while.
  ///
  /// - Parameters:
  ///   - settling: How long before anything is measured, so that queues of another pace have emptied.
  ///   - rate: Groups a second of all members together; as many as they can if nil.
  func work(for duration: Duration, settling: Duration, rate: Double?) throws -> Phase {
    interval = rate.map { .seconds(Double(members.count) / $0) }
    let start = clock.now
    if let interval {
      for (index, member) in members.enumerated() { member.due = start + interval * index / members.count }
    }
    let settled = start + settling
    var isSettled = false
    while clock.now < settled + duration {
      try turn()
      if !isSettled, clock.now >= settled {
        isSettled = true
        (accepted, latencies) = (0, [])
      }
    }
    let seconds = (clock.now - settled) / .seconds(1)
    latencies.sort()
    return Phase(groupsPerSecond: Double(accepted) / seconds, leaseP50: quantile(0.5), leaseP99: quantile(0.99))
  }

  private func quantile(_ share: Double) -> Double {
    latencies.isEmpty ? 0 : latencies[min(latencies.count - 1, Int(share * Double(latencies.count)))]
  }

  private func turn() throws {
    var isIdle = true
    for member in members {
      while let input = try member.transport.receive(timeoutMilliseconds: 0) {
        isIdle = false
        if case .message(let message) = input { try take(message, member) }
      }
      try answer(member)
    }
    // Two processes share the host, so an idle crowd must not take processor time from the learner's threads.
    if isIdle { usleep(200) }
  }

  private func take(_ message: LearnerMessage, _ member: Member) throws {
    switch message {
    case .welcome(let welcome):
      member.incarnation = welcome.incarnation
      try beat(member)
    case .tasks(let tasks):
      let now = clock.now
      for task in tasks {
        if !member.sent.isEmpty { latencies.append((now - member.sent.removeFirst()) / .milliseconds(1)) }
        member.tasks.append(task)
      }
    case .acknowledge(_, .accepted): accepted += 1
    case .refuse(let refusal) where refusal.code == .unknownWorker: try greet(member)
    case .acknowledge, .heartbeatReply, .weights, .weightsGone, .gradientRequest, .refuse, .finish: break
    }
  }

  private func answer(_ member: Member) throws {
    let now = clock.now
    while let task = member.tasks.first, interval == nil || now >= member.due {
      if let interval { member.due = max(member.due + interval, now - interval) }
      guard try member.transport.send(.result(result(of: task))) == .sent else { return }
      answered += 1
      member.tasks.removeFirst()
      member.sent.append(now)
      member.lastWord = now
    }
    // A worker that has sent nothing for a second sends a heartbeat, like a real one.
    if member.incarnation != nil, now - member.lastWord > .seconds(1) { try beat(member) }
  }

  /// What a task is answered with.
  private func result(of task: Wire.Task) -> WorkResult {
    WorkResult(
      lease: task.lease, seal: task.seal, item: task.item, policyVersion: task.policyVersion, group: groups[answered % groups.count],
      seconds: 0)
  }

  private func greet(_ member: Member) throws {
    let hello = Hello(worker: member.transport.worker, software: Release.name, fingerprint: "simulated", credits: credits)
    _ = try member.transport.send(.hello(hello))
  }

  private func beat(_ member: Member) throws {
    guard let incarnation = member.incarnation else { return }
    member.lastWord = clock.now
    _ = try member.transport.send(
      .heartbeat(
        Heartbeat(
          incarnation: incarnation, leases: member.tasks.map(\.lease), policyVersion: 0, busySeconds: 0, waitingSeconds: 0,
          sampledTokens: 0)))
  }
}
