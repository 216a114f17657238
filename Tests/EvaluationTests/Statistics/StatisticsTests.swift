import Evaluation
import Questions
import Testing

@Suite struct StatisticsTests {
  @Test("Figures and intervals are those of numpy and scikit-learn over the same resamples", arguments: [0, 1])
  func figuresAndIntervalsAreThoseOfNumpy(model: Int) throws {
    let fixture = try StatisticsFixture.read()
    let measures = fixture.measures(ofModel: model)
    #expect(Set(measures.map(\.name)) == Set(fixture.figures[model].keys))
    for (measure, found) in zip(measures, fixture.bootstrap.replicates(of: measures)) {
      expectEqual(found.estimate, try #require(fixture.figures[model][measure.name]), measure.name)
    }
  }

  @Test("Differences of two models are paired by the resamples") func differencesArePaired() throws {
    let fixture = try StatisticsFixture.read()
    let measures = [0, 1].map { fixture.measures(ofModel: $0) }
    let (first, second) = (fixture.bootstrap.replicates(of: measures[0]), fixture.bootstrap.replicates(of: measures[1]))
    for (index, measure) in measures[0].enumerated() {
      let difference = Replicates.difference(from: first[index], to: second[index])
      let expected = try #require(fixture.differences[measure.name])
      expectEqual(difference.estimate, expected, measure.name)
      #expect(abs((difference.significance ?? .nan) - expected[3]) < StatisticsFixture.tolerance, "\(measure.name)")
    }
  }

  @Test("A macro average resamples every benchmark on its own") func aMacroAverageResamplesEveryBenchmarkOnItsOwn() throws {
    let fixture = try StatisticsFixture.read()
    let measures = fixture.measures(ofModel: 0)
    let first = fixture.bootstrap.replicates(of: measures)
    let second = fixture.bootstrap.replicates(of: fixture.measures(ofModel: 1, count: 20), place: 1)
    for (index, measure) in measures.enumerated() {
      expectEqual(Replicates.mean([first[index], second[index]]).estimate, try #require(fixture.macro[measure.name]), measure.name)
    }
  }

  @Test("A resample draws the questions that its page says") func aResampleDrawsTheQuestionsThatItsPageSays() throws {
    let fixture = try StatisticsFixture.read()
    let count = fixture.draws[0].count
    // A figure that names a question: the share of draws that took it.
    let measures = (0..<count).map { place in
      Measure(name: "", title: "", unit: .share, form: .mean((0..<count).map { $0 == place ? 1 : 0 }))
    }
    let found = fixture.bootstrap.replicates(of: measures, place: 3)
    for (resample, draws) in zip([0, 1, fixture.resamples - 1], fixture.draws) {
      for place in 0..<count {
        let share = Double(draws.count { $0 == place }) / Double(count)
        #expect(found[place].resampled[resample] == share)
      }
    }
  }

  @Test("McNemar's test is scipy's binomial test of the disagreements") func mcNemarIsTheBinomialTest() throws {
    for row in try StatisticsFixture.read().mcnemar {
      let test = McNemar(onlyFirst: Int(row[0]), onlySecond: Int(row[1]))
      #expect(abs(test.significance - row[2]) <= StatisticsFixture.tolerance, "\(row)")
      #expect(test.significance == McNemar(onlyFirst: test.onlySecond, onlySecond: test.onlyFirst).significance)
    }
  }

  @Test("pass@k is exact up to a thousand and more samples") func passRateIsExactForManySamples() throws {
    for row in try StatisticsFixture.read().pass {
      let (samples, right) = (Int(row[0]), Int(row[1]))
      let letters = String(repeating: "A", count: right) + String(repeating: "B", count: samples - right)
      let question = StatisticsFixture.Question(
        greedy: "A", samples: letters, cut: String(repeating: "0", count: samples + 1), tokens: Array(repeating: 1, count: samples + 1))
      #expect(abs(question.judged.passRate(at: Int(row[2])) - row[3]) <= StatisticsFixture.tolerance, "\(row)")
    }
  }

  @Test("Entropies that differ in their last bits are ties") func entropiesThatDifferInTheirLastBitsAreTies() {
    func question(_ sizes: [Int], isRight: Bool) -> JudgedQuestion {
      let answer = SampledAnswer(text: "1", isBoxed: true, tokenCount: 1)
      let samples = sizes.enumerated().flatMap { cluster, size in
        Array(repeating: JudgedQuestion.Sample(answer: answer, cluster: cluster, isCorrect: false), count: size)
      }
      return JudgedQuestion(
        question: Question(id: "", text: "", answers: ["1"]), greedy: answer, isGreedyCorrect: isRight, samples: samples)
    }
    let (four, seven) = ([5, 5, 4, 2], [10, 1, 1, 1, 1, 1, 1])
    for isRight in [true, false] {
      let measures = Measure.all(of: [question(four, isRight: isRight), question(seven, isRight: !isRight)])
      #expect(measures.first { $0.name == "entropy_auroc" }?.value == 0.5)
    }
  }

  @Test("A length that was not counted is unknown, and nothing else") func aLengthThatWasNotCountedIsUnknown() throws {
    let fixture = try StatisticsFixture.read()
    var questions = fixture.models[0].map(\.judged)
    let known = Measure.all(of: questions)
    questions[3].samples[1].answer.tokenCount = nil
    let measures = Measure.all(of: questions)
    for (measure, before) in zip(measures, known) {
      #expect(measure.name == before.name && measure.value == (measure.name == "sampled_length" ? nil : before.value))
    }
    let length = try #require(Bootstrap(resamples: 10).replicates(of: measures).last)
    #expect(length.estimate == Estimate(value: nil, low: nil, high: nil))
  }

  @Test("A figure without a value has no interval, and resamples without one do not count") func undefinedFiguresHaveNoInterval() {
    let none = Measure(name: "", title: "", unit: .share, form: .ratio([0, 0], over: [0, 0]))
    #expect(none.value == nil)
    #expect(Bootstrap(resamples: 10).replicates(of: [none])[0].estimate == Estimate(value: nil, low: nil, high: nil))
    let one = Measure(name: "", title: "", unit: .share, form: .ratio([0, 1], over: [0, 1]))
    let found = Bootstrap(resamples: 100).replicates(of: [one])[0]
    #expect(found.resampled.contains(nil))
    #expect(found.estimate == Estimate(value: 1, low: 1, high: 1))
    let sure = Measure(name: "", title: "", unit: .area, form: .discrimination(RankedScores([1, 2], isPositive: [true, true])))
    #expect(sure.value == nil)
  }
}
