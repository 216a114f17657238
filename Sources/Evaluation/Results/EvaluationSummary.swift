internal import Foundation

/// The figures of an evaluation, with intervals: of every benchmark, and their macro averages.
public struct EvaluationSummary: Sendable, Equatable {
  /// The figures of one row.
  public struct Row: Sendable, Equatable {
    /// The benchmark's name, or `macro average`.
    public var name: String
    /// Its questions.
    public var questions: Int
    /// The figures, in the order of ``EvaluationSummary/columns``.
    public var estimates: [Estimate]
  }

  /// A column.
  public struct Column: Sendable, Equatable {
    /// The name in JSON.
    public var name: String
    /// The heading.
    public var title: String
    /// What it is in.
    public var unit: Measure.Unit
  }

  /// What was measured.
  public var header: EvaluationHeader
  /// The measures.
  public var columns: [Column]
  /// The benchmarks.
  public var rows: [Row]
  /// The means over benchmarks, each of which weighs the same; nil where there is one benchmark.
  public var average: Row?

  /// Computes all figures of whole results.
  public init(_ results: EvaluationResults, bootstrap: Bootstrap) {
    header = results.header
    let measures = results.benchmarks.map { Measure.all(of: $0) }
    columns = (measures.first ?? []).map { Column(name: $0.name, title: $0.title, unit: $0.unit) }
    let replicates = measures.enumerated().map { bootstrap.replicates(of: $1, place: UInt32($0)) }
    rows = zip(results.header.benchmarks, replicates).map { benchmark, replicates in
      Row(name: benchmark.name, questions: benchmark.questions, estimates: replicates.map(\.estimate))
    }
    if rows.count > 1 {
      average = Row(
        name: "macro average", questions: results.questionCount,
        estimates: columns.indices.map { column in Replicates.mean(replicates.map { $0[column] }).estimate })
    }
  }

  /// The figures as one JSON object, ending in a line end: `{"model", "samples", "seed", "benchmarks": [{"name", "questions", "figures":
  /// {NAME: {"value", "low", "high"}}}], "macro_average": {NAME: …}}`.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let document = Document(
      model: header.model, samples: header.samples, seed: header.seed,
      benchmarks: zip(header.benchmarks, rows).map { benchmark, row in
        Document.Benchmark(name: row.name, questions: row.questions, left_out: benchmark.leftOut, figures: figures(row))
      }, macro_average: average.map(figures))
    return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
  }

  private func figures(_ row: Row) -> [String: Estimate] {
    Dictionary(uniqueKeysWithValues: zip(columns.map(\.name), row.estimates))
  }

  private struct Document: Encodable {
    struct Benchmark: Encodable {
      var name: String
      var questions: Int
      var left_out: Int
      var figures: [String: Estimate]
    }
    var model: String
    var samples: Int
    var seed: UInt64
    var benchmarks: [Benchmark]
    var macro_average: [String: Estimate]?
  }
}
