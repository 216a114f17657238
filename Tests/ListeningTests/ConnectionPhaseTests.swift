import Listening
import NIOCore
import Testing

/// Until when a connection may wait, by scripted scenarios. Times are seconds since its beginning.
struct ConnectionPhaseTests {
  private static let limits = ListeningLimits(
    headTime: .seconds(10), silence: .seconds(30), idleTime: .seconds(120), lingerTime: .seconds(5))

  private static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(1_000_000_000) + .seconds(seconds) }

  private func phase() -> ConnectionPhase { ConnectionPhase(Self.limits, at: Self.at(0)) }

  private static let request = ConnectionPhase.Request(isOld: false, staysOpen: true)

  /// Takes note of bytes that are not too many.
  private func receive(_ bytes: Int = 1, at seconds: Int64, _ phase: inout ConnectionPhase) {
    let isTooMuch = phase.receive(bytes, at: Self.at(seconds))
    #expect(!isTooMuch)
  }

  @Test("A new connection has the time of a head, however many bytes trickle in") func newConnections() {
    var phase = phase()
    #expect(phase.deadline == Self.at(10))
    #expect(!phase.canBeTold)
    for second in 1..<9 { receive(at: Int64(second), &phase) }
    #expect(phase.deadline == Self.at(10))
    #expect(phase.canBeTold)
  }

  @Test("A body may take long, but not be silent for long") func bodies() {
    var phase = phase()
    receive(at: 9, &phase)
    phase.beginRequest(Self.request, at: Self.at(9))
    #expect(phase.deadline == Self.at(39))
    receive(at: 38, &phase)
    #expect(phase.deadline == Self.at(68))
    #expect(!phase.canBeTold)
  }

  @Test("A client may wait for its answer for as long as it likes") func answers() {
    var phase = phase()
    phase.beginRequest(Self.request, at: Self.at(1))
    phase.endRequest()
    #expect(phase.deadline == nil)
    #expect(phase.requests.map(\.isComplete) == [true])
  }

  @Test("Between requests there is more time, and none of it is left once another one has begun") func laterRequests() {
    var phase = phase()
    phase.beginRequest(Self.request, at: Self.at(1))
    phase.endRequest()
    phase.endAnswer(at: Self.at(50))
    #expect(phase.deadline == Self.at(170))
    receive(at: 100, &phase)
    receive(at: 105, &phase)
    #expect(phase.deadline == Self.at(110))
    #expect(phase.canBeTold)
  }

  @Test("A request that begins while another is answered has its time from that answer on") func pipelines() {
    var phase = phase()
    phase.beginRequest(Self.request, at: Self.at(1))
    phase.endRequest()
    receive(at: 2, &phase)
    #expect(phase.deadline == nil)
    phase.endAnswer(at: Self.at(50))
    #expect(phase.deadline == Self.at(60))
  }

  @Test("An answer that waits to be taken has time as long as some of it goes") func untakenAnswers() {
    var phase = phase()
    phase.beginRequest(Self.request, at: Self.at(1))
    phase.endRequest()
    phase.note(isUnsent: true, at: Self.at(10))
    phase.note(unsentBytes: 1000, at: Self.at(10))
    #expect(phase.deadline == Self.at(40))
    phase.note(unsentBytes: 900, at: Self.at(40))
    #expect(phase.deadline == Self.at(70))
    phase.note(isUnsent: true, at: Self.at(60))
    phase.note(unsentBytes: 900, at: Self.at(70))
    #expect(phase.deadline == Self.at(70))
    phase.note(isUnsent: false, at: Self.at(70))
    #expect(phase.deadline == nil)
  }

  @Test("After the last answer, bytes are dropped for a while, and not without end") func lastAnswers() {
    var phase = phase()
    phase.beginRequest(ConnectionPhase.Request(isOld: true, staysOpen: false), at: Self.at(1))
    phase.endAnswer(at: Self.at(2))
    phase.linger(at: Self.at(3))
    #expect(phase.isLingering)
    for second in 4..<8 { receive(1 << 20, at: Int64(second), &phase) }
    #expect(phase.deadline == Self.at(8))
    #expect(!phase.canBeTold)
    let isTooMuch = phase.receive(1 << 30, at: Self.at(7))
    #expect(isTooMuch)
  }

  @Test("Open connections take half of the descriptors at most") func descriptors() {
    #expect(ListeningLimits(connections: 3).openConnections == 3)
    #expect(ListeningLimits(connections: .max).openConnections < .max)
  }
}
