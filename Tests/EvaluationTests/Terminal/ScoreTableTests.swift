import Evaluation
import Testing

@Suite struct ScoreTableTests {
  @Test("The table shows before after and change") func theTableShowsBeforeAfterAndChange() {
    let table = ScoreTable(
      before: EvaluationScores(greedy: 0.337, mean: 0.253, majority: 0.782, semanticEntropy: 2.3, length: 24),
      after: EvaluationScores(greedy: 0.984, mean: 0.895, majority: 0.782, semanticEntropy: 0.31, length: 42), questionCount: 252,
      majorityCount: 16)
    #expect(
      table.lines() == [
        "252 held-out questions           before      after     change",
        "────────────────────────────────────────────────────────────────────",
        "greedy accuracy                  33.7 %     98.4 %      +64.7 points",
        "temperature-1 accuracy           25.3 %     89.5 %      +64.2 points",
        "majority@16 accuracy             78.2 %     78.2 %        0.0 points",
        "semantic entropy                   2.30       0.31      -1.99 nats",
        "response length                    24.0       42.0      +18.0 tokens",
      ])
  }

  @Test("Where the base model was not measured the trained model stands alone")
  func whereTheBaseModelWasNotMeasuredTheTrainedModelStandsAlone() {
    let table = ScoreTable(
      before: nil, after: EvaluationScores(greedy: 0.984, mean: 0.895, majority: 0.782, semanticEntropy: 0.31, length: 42),
      questionCount: 252, majorityCount: 16)
    #expect(
      table.lines() == [
        "252 held-out questions            after",
        "────────────────────────────────────────────────────────────────────",
        "greedy accuracy                  98.4 %",
        "temperature-1 accuracy           89.5 %",
        "majority@16 accuracy             78.2 %",
        "semantic entropy                   0.31 nats",
        "response length                    42.0 tokens",
      ])
  }
}
