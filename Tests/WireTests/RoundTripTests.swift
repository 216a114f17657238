import Digests
import EMPO
import TestSupport
import Testing
import Wire

@Suite struct RoundTripTests {
  @Test("Random messages come back as they were") func randomMessagesComeBackAsTheyWere() throws {
    var generator = SeededRandom(state: 7)
    for _ in 0..<2_000 {
      let message = Self.message(&generator)
      #expect(try message.decodingSibling(message.encoded()) == message)
    }
  }

  @Test("Figures of a gradient that are not finite keep their bits") func figuresThatAreNotFiniteKeepTheirBits() throws {
    var statistics = GradientStatistics()
    (statistics.loss, statistics.maximumRatio) = (Double(bitPattern: 0x7ff8_0000_0000_0123), .infinity)
    statistics.extremeRatios = [ExtremeRatio(slot: 1, sample: 2, position: 3, ratio: .nan)]
    let summary = GradientSummary(digest: Array(repeating: 7, count: 32), totalBytes: 4, statistics: statistics)
    let message = WorkerMessage.result(
      WorkResult(
        lease: 1, seal: sampleSeal, item: WorkItem(.gradient, step: 0, slot: 0), policyVersion: 0, outcome: .gradient(summary), seconds: 1))
    let bytes = try message.encoded()
    let decoded = try WorkerMessage(decoding: bytes)
    #expect(try decoded.encoded() == bytes)
    guard case .result(let result) = decoded else {
      Issue.record("another message")
      return
    }
    #expect(result.gradient?.statistics.loss.bitPattern == 0x7ff8_0000_0000_0123)
  }

  @Test("A line has no control characters") func aLineHasNoControlCharacters() throws {
    let message = LearnerMessage.refuse(Refusal(code: .other, reason: "one\ntwo\u{1B}[J\u{9B}"))
    #expect(try LearnerMessage(decoding: message.encoded()) == .refuse(Refusal(code: .other, reason: "one two [J ")))
  }

  @Test("An interior mebibyte comes back") func anInteriorMebibyteComesBack() throws {
    var generator = SeededRandom(state: 8)
    let bytes = (0..<(1 << 20)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    let chunk = WeightChunk(policyVersion: 1, index: 0, count: 1, totalBytes: 1 << 20, digest: xxh3(bytes), bytes: WeightBytes(bytes))
    let message = LearnerMessage.weights(chunk)
    #expect(try LearnerMessage(decoding: message.encoded()) == message)
  }

  private static func message(_ generator: inout SeededRandom) -> AnyMessage {
    let number = { (generator: inout SeededRandom) in Double(Int64(bitPattern: generator.next())) / 1e12 }
    switch Int.random(in: 0..<11, using: &generator) {
    case 0:
      return .worker(
        .hello(
          Hello(
            worker: line(&generator, 16), software: line(&generator, 60), fingerprint: line(&generator, 60), credits: narrow(&generator))))
    case 1:
      return .worker(
        .heartbeat(
          Heartbeat(
            incarnation: wide(&generator), leases: (0..<Int.random(in: 0...300, using: &generator)).map { _ in wide(&generator) },
            policyVersion: Bool.random(using: &generator) ? nil : narrow(&generator), busySeconds: number(&generator),
            waitingSeconds: number(&generator), sampledTokens: wide(&generator), isReady: Bool.random(using: &generator))))
    case 2:
      let size = Int.random(in: 0...20, using: &generator)
      let responses = (0..<size).map { _ in
        let tokens = (0..<Int.random(in: 0...100, using: &generator)).map { _ in Int32.random(in: 0...Int32.max, using: &generator) }
        return ScoredResponse(
          tokens: tokens, tokenLogProbabilities: tokens.map { _ in Float(number(&generator)) },
          isTruncated: Bool.random(using: &generator), answer: text(&generator, 300), cluster: Int.random(in: 0..<size, using: &generator),
          reward: number(&generator))
      }
      let group = ScoredGroup(responses: responses, semanticEntropy: number(&generator), isKept: Bool.random(using: &generator))
      return .worker(
        .result(
          WorkResult(
            lease: wide(&generator), seal: seal(&generator), item: item(&generator), policyVersion: narrow(&generator), group: group,
            seconds: number(&generator))))
    case 3:
      return .worker(
        .weightsRequest(
          policyVersion: narrow(&generator), chunks: (0..<Int.random(in: 0...300, using: &generator)).map { _ in narrow(&generator) }))
    case 4:
      return .learner(
        .tasks(
          (0..<Int.random(in: 0...20, using: &generator)).map { _ in
            let item = item(&generator)
            let size = Int.random(in: 1...(item.kind.isCheck ? 8 : 1024), using: &generator)
            let given = (0..<(item.kind.isCheck ? size : 0)).map { _ in
              (0..<Int.random(in: 0...20, using: &generator)).map { _ in Int32.random(in: 0...Int32.max, using: &generator) }
            }
            return Task(
              lease: wide(&generator), seal: seal(&generator), item: item, policyVersion: narrow(&generator), seed: wide(&generator),
              groupSize: UInt32(size), given: given, questionID: text(&generator, 60), question: text(&generator, 2000),
              promptTokens: (0..<Int.random(in: 0...100, using: &generator)).map { _ in .random(in: 0...Int32.max, using: &generator) },
              answers: (0..<Int.random(in: 0...3, using: &generator)).map { _ in text(&generator, 20) },
              deadlineMilliseconds: narrow(&generator))
          }))
    case 5:
      let dispositions = Disposition.allCases
      return .learner(
        .acknowledge(
          item(&generator), disposition: dispositions.randomElement(using: &generator) ?? .stale))
    case 6:
      return .learner(
        .refuse(Refusal(code: Refusal.Code.allCases.randomElement(using: &generator) ?? .other, reason: line(&generator, 250))))
    case 7:
      let item = WorkItem(.gradient, step: narrow(&generator), slot: narrow(&generator))
      return .learner(.gradientRequest(item, chunks: (0..<Int.random(in: 0...20, using: &generator)).map { _ in narrow(&generator) }))
    case 8: return .learner(.tasks([gradientTask(&generator)]))
    case 9: return .worker(.result(gradient(&generator)))
    default: return .learner(.heartbeatReply(incarnation: wide(&generator)))
    }
  }

  private static func gradientTask(_ generator: inout SeededRandom) -> Task {
    let tokens = { (generator: inout SeededRandom) in
      (0..<Int.random(in: 1...40, using: &generator)).map { _ in Int32.random(in: 0...Int32.max, using: &generator) }
    }
    let groups = (0..<Int.random(in: 1...4, using: &generator)).map { slot in
      GradientGroup(
        slot: slot, promptTokens: tokens(&generator),
        responses: (0..<Int.random(in: 1...8, using: &generator)).map { sample in
          let tokens = tokens(&generator)
          return GradientResponse(
            sample: sample, tokens: tokens, samplingLogProbabilities: tokens.map { _ in -Float(generator.next() % 1000) / 7 },
            advantage: Double(Int64(bitPattern: generator.next())) / 1e12)
        })
    }
    return Task(
      lease: wide(&generator), seal: seal(&generator), item: WorkItem(.gradientCheck, step: narrow(&generator), slot: narrow(&generator)),
      policyVersion: narrow(&generator), seed: wide(&generator), groupSize: 0, questionID: "", question: "", promptTokens: [],
      part: GradientPart(responseCount: 32, tokenCount: 1_280, groups: groups), deadlineMilliseconds: narrow(&generator))
  }

  private static func gradient(_ generator: inout SeededRandom) -> WorkResult {
    var statistics = GradientStatistics()
    statistics.loss = Double(bitPattern: generator.next() >> 2)
    (statistics.clippedTokens, statistics.processedTokens) = (Int(narrow(&generator)), Int(narrow(&generator)))
    statistics.extremeRatios = (0..<Int.random(in: 0...3, using: &generator)).map { slot in
      ExtremeRatio(slot: slot, sample: Int(narrow(&generator)), position: Int(narrow(&generator)), ratio: .infinity)
    }
    let digest = (0..<GradientSummary.digestBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let summary = GradientSummary(digest: digest, totalBytes: 1 + wide(&generator) % Limits.weightBytes, statistics: statistics)
    return WorkResult(
      lease: wide(&generator), seal: seal(&generator), item: WorkItem(.gradient, step: narrow(&generator), slot: narrow(&generator)),
      policyVersion: narrow(&generator), outcome: .gradient(summary), seconds: 1.5)
  }

  private static func wide(_ generator: inout SeededRandom) -> UInt64 { generator.next() >> UInt64.random(in: 0...63, using: &generator) }

  private static func narrow(_ generator: inout SeededRandom) -> UInt32 { UInt32(truncatingIfNeeded: wide(&generator)) }

  private static func item(_ generator: inout SeededRandom) -> WorkItem {
    let kind = WorkKind.allCases.filter { $0.checked != .gradient }.randomElement(using: &generator) ?? .sample
    return WorkItem(kind, step: narrow(&generator), slot: narrow(&generator))
  }

  private static func seal(_ generator: inout SeededRandom) -> LeaseSeal {
    LeaseSeal(incarnation: wide(&generator), code: (0..<16).map { _ in .random(in: .min ... .max, using: &generator) })
  }

  /// Text of up to `limit` characters, of one to four bytes each.
  /// A text without control characters.
  private static func line(_ generator: inout SeededRandom, _ limit: Int) -> String {
    var line = text(&generator, limit)
    line.unicodeScalars.removeAll { $0.properties.generalCategory == .control }
    return line
  }

  private static func text(_ generator: inout SeededRandom, _ limit: Int) -> String {
    let letters: [Character] = ["a", "Z", " ", "\n", "\"", "ß", "½", "漢", "😀"]
    return String((0..<Int.random(in: 0...limit, using: &generator)).map { _ in letters.randomElement(using: &generator) ?? "a" })
  }
}
