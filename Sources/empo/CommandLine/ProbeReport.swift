import Evaluation
import Files
import Foundation
import Operations
import Rollouts
import Runs

/// What `empo probe` prints.
struct ProbeReport {
  private let diagnosis: RunDiagnosis
  private let trial: (course: TrialCourse, outcome: TrialRun.Outcome)?
  private let assembly: RunAssembly
  private let meanLength: Double
  private let costs: StepCosts
  private let hosts: Int
  private let forecast: StepForecast

  /// A report whose steps take what those of a trial took, or, without one, as long as the groups that teach make them.
  init(
    _ diagnosis: RunDiagnosis, trial: (course: TrialCourse, outcome: TrialRun.Outcome)?, _ assembly: RunAssembly, _ found: StepFindings,
    hosts: Int, link: LinkRate
  ) {
    self.diagnosis = diagnosis
    self.trial = trial
    self.assembly = assembly
    meanLength = found.meanLength
    self.hosts = hosts
    costs = trial.map { found.costs.measured(by: $0.outcome) } ?? found.costs.teaching(diagnosis.teaching.value)
    forecast = StepForecast(costs, hosts: hosts, link: link.bitsPerSecond)
  }

  private var steps: Int { assembly.configuration.steps }

  /// Seconds of the run: its steps, and the measurements on held-out questions, which workers share.
  private var seconds: Double {
    let configuration = assembly.configuration
    let response = costs.groupSeconds / Double(configuration.groupSize) / Double(hosts)
    let full = Double(1 + HeldOutMeasure.samples) * (configuration.evaluatesBefore ? 2 : 1)
    let between = configuration.evaluateEvery > 0 ? Double((steps - 1) / configuration.evaluateEvery) : 0
    return forecast.seconds * Double(steps) + Double(assembly.heldOut.count) * (full + between) * response
  }

  private struct Document: Encodable {
    var verdict: String
    var findings: [String]
    var groups: Int
    var teaching: RunDiagnosis.Share
    var unanimous: RunDiagnosis.Share
    var sure: RunDiagnosis.Share
    var lead: Double
    var truncated_share: Double
    var unanswered_share: Double
    var mean_length: Double
    var entropy_histogram: [Int]
    var labelled: Int
    var accuracy: Double?
    var right_when_sure: RunDiagnosis.Share?
    var hosts: Int
    var seconds_per_step: Double
    var hours: Double
    var bound: String
    var trial: Trial?
  }

  private struct Trial: Encodable {
    var collapse_step: Int?
    var policy_sha256: String
    var steps: [Step]

    struct Step: Encodable {
      var reward_accuracy: Double?
      var majority_share: Double
    }

    init(_ course: TrialCourse, _ outcome: TrialRun.Outcome) {
      collapse_step = course.collapse?.step
      policy_sha256 = outcome.policyDigest
      steps = course.steps.map { Step(reward_accuracy: $0.rewardAccuracy, majority_share: $0.majorityShare) }
    }
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let document = Document(
      verdict: diagnosis.verdict.rawValue, findings: diagnosis.findings.map(\.text), groups: diagnosis.groups.count,
      teaching: diagnosis.teaching, unanimous: diagnosis.unanimous, sure: diagnosis.sure, lead: diagnosis.meanLead,
      truncated_share: diagnosis.truncatedShare, unanswered_share: diagnosis.unansweredShare, mean_length: meanLength,
      entropy_histogram: diagnosis.entropyHistogram, labelled: diagnosis.labelled, accuracy: diagnosis.accuracy,
      right_when_sure: diagnosis.rightWhenSure, hosts: hosts, seconds_per_step: forecast.seconds, hours: seconds / 3600,
      bound: forecast.boundName, trial: trial.map { Trial($0.course, $0.outcome) })
    return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
  }

  func text() -> String {
    let configuration = assembly.configuration
    func told(_ share: RunDiagnosis.Share) -> String {
      "\(Figures.percent(share.value)) (\(Figures.percent(share.low)) to \(Figures.percent(share.high)))"
    }
    func line(_ name: String, _ value: String) -> String { TextColumns.padded(name, to: 34) + value }
    var lines = [
      "\(counted(diagnosis.groups.count, "group")) of \(configuration.groupSize) responses, at most \(counted(configuration.sampling.maximumNewTokens, "token")) each",
      "",
      line("groups that teach", told(diagnosis.teaching)),
      line("groups in which all agree", told(diagnosis.unanimous)),
      line("groups with a sure majority", told(diagnosis.sure)),
      line("lead of the majority", "\(Figures.percent(diagnosis.meanLead)) of the responses, in the mean"),
      line("responses cut off", Figures.percent(diagnosis.truncatedShare)),
      line("responses without an answer", Figures.percent(diagnosis.unansweredShare)),
      line("length of a response", "\(Int(meanLength.rounded())) tokens, in the mean"),
      line("groups by entropy, in fifths", diagnosis.entropyHistogram.map(String.init).joined(separator: "  ")),
    ]
    if let accuracy = diagnosis.accuracy {
      lines.append(line("right responses", "\(Figures.percent(accuracy)), of \(counted(diagnosis.labelled, "group")) with a known answer"))
      lines.append(line("a sure majority is right", diagnosis.rightWhenSure.map(told) ?? "no labelled group has one"))
    } else {
      lines.append(line("a sure majority is right", "unknown: no question has an answer (--held-out FILE with some)"))
    }
    if let trial = trial?.course, let first = trial.steps.first, let last = trial.steps.last {
      func course(_ figure: (TrialCourse.Step) -> Double?) -> String? {
        guard let before = figure(first), let after = figure(last) else { return nil }
        return "\(Figures.percent(before)) in the first step, \(Figures.percent(after)) in the last"
      }
      lines += [
        "", line("a trial of \(counted(trial.steps.count, "step"))", trial.collapse == nil ? "no collapse" : "a collapse in the last"),
      ]
      lines.append(line("majority", course(\.majorityShare) ?? ""))
      lines.append(line("true pseudo-rewards", course(\.rewardAccuracy) ?? "unknown: no question has an answer"))
    }
    lines += [
      "",
      line(
        "\(counted(steps, "step")) on \(hosts == 1 ? "this host" : "\(hosts) hosts like this")",
        "\(Figures.duration(seconds: seconds)), \(Figures.decimal(forecast.seconds, places: 1)) s a step, bound by \(forecast.boundName)"),
      "",
    ]
    lines.append(
      diagnosis.findings.isEmpty
        ? "Verdict: healthy. Nothing speaks against this run." : "Verdict: \(diagnosis.verdict.rawValue.replacing("_", with: " ")).")
    lines += diagnosis.findings.map { "- " + $0.text.prefix(1).uppercased() + $0.text.dropFirst() + "." }
    return lines.joined(separator: "\n") + "\n"
  }
}
