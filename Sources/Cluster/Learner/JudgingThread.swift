import EMPO
import Wire

/// What the judging thread is asked to do, one after the other.
enum JudgingJob: Sendable {
  case score(WorkResult, from: Peer, TaskContent)
  case evaluate(version: UInt32, groups: [ScoredGroup])
}

/// What the learner's own threads have found out of results.
enum Finding: Sendable {
  case event(LearnerMachine.Event)
  case evaluated(EvaluationRecord)
  case failed(any Error)
}

/// Makes the judge and serves jobs until their queue is closed.
func serveJudging(_ jobs: BoundedQueue<JudgingJob>, findings: BoundedQueue<Finding>, makeJudge: () throws -> any LearnerJudge) {
  do {
    let judge = try makeJudge()
    while let job = jobs.take() {
      switch job {
      case .score(let result, let peer, let content):
        findings.post(.event(.scored(result, from: peer, own: try judge.score(result.group, of: result.item, answering: content))))
      case .evaluate(let version, let groups):
        findings.post(.evaluated(EvaluationRecord(policyVersion: version, figures: try judge.figures(version: version, groups: groups))))
      }
    }
  } catch {
    findings.post(.failed(error))
  }
}
