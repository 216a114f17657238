import Cluster
import EMPO
package import Evaluation
import Foundation
import Logging
import Release
package import Runs
import Tensors
import Wire

/// A measurement by workers: it listens as a learner does, leases each question once, and hands the responses on as they come.
package struct EvaluationRole: EvaluationResponder {
  /// What is measured.
  private let evaluation: ModelEvaluation
  /// Where to listen.
  private let listen: String
  /// Who is let in.
  private let access: LearnerAccess

  /// Creates one; throws where workers could not be told what to do, and where the keys cannot be read.
  package init(_ evaluation: ModelEvaluation, listen: String, access: LearnerAccess) throws {
    self.evaluation = evaluation
    self.listen = listen
    self.access = access
    guard evaluation.header.samples < Limits.groupSize else {
      throw OperationsError(.input, "workers answer a question \(Limits.groupSize) times at most: expected --samples below that")
    }
    _ = try evaluation.description()
    try ZeroMQLearnerTransport.check(listen: listen, publish: nil, isOpen: try access.credentials() != nil || access.isInsecure)
  }

  /// The responses to the questions from the first of these places on: all that are left.
  package func responses(to places: Range<Int>) -> AsyncThrowingStream<AnsweredPlace, any Error> {
    let (stream, continuation) = AsyncThrowingStream<AnsweredPlace, any Error>.makeStream()
    let task = _Concurrency.Task {
      do {
        let service = try service(from: places.lowerBound) { _ = continuation.yield($0) }
        try await withTaskCancellationHandler {
          try await service.run()
        } onCancel: {
          service.stop()
        }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  private func service(from place: Int, deliver: @escaping @Sendable (AnsweredPlace) -> Void) throws -> LearnerService {
    OpenFiles.raiseLimit()
    let logger = RoleLog.logger("evaluation")
    try access.log(logger)
    let (evaluation, listen, access) = (evaluation, listen, access)
    let parts = LearnerParts(
      makeStore: { PassingStore() },
      makeTransport: {
        try ZeroMQLearnerTransport(
          listen: listen, publish: nil, insecure: access.isInsecure, credentials: try access.credentials(),
          maximumMessageBytes: evaluation.longestWorkerMessage)
      },
      makeTrainer: { try evaluation.trainer() }, makeJudge: { PassingJudge() },
      makeChecker: { throw OperationsError(.process, "a measurement checks no responses") },
      baseWeights: try evaluation.baseWeights(), noteAnswer: { deliver(evaluation.answered($0)) },
      goBack: { _ in throw OperationsError(.process, "a measurement has no step to go back to") })
    return LearnerService(
      plan: evaluation.plan(from: place, fingerprint: try NumericFingerprint.compute(), hasKeys: access.key != nil),
      run: try evaluation.description(), tasks: evaluation.tasks, logger: logger, parts: parts,
      watch: { report in
        guard case .listening(let endpoint, _) = report else { return }
        Console.error.line("for workers: empo worker --connect \(endpoint)")
      })
  }
}

/// Judges nothing: whoever takes the responses does.
private final class PassingJudge: LearnerJudge {
  func score(_ group: ScoredGroup, of item: WorkItem, answering question: TaskContent) throws -> ScoredGroup? { nil }
  func figures(version: UInt32, groups: [ScoredGroup]) throws -> EvaluationFigures { EvaluationFigures(greedy: 0) }
}
