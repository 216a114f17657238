import ArgumentParser
import Benches
import EMPO
import Evaluation
import Files
import HuggingFace
import Operations
import Rollouts
import Runs
import Tensors

/// `empo probe`: whether a run is worth its hours.
struct ProbeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract:
      "Asks a model some of a run's questions, and says whether the run can teach it anything, what to change, and what it would take.",
    usage: "empo probe [CONFIG.yaml] [--preset NAME] [--KEY VALUE ...] [--groups N] [--trial N] [--hosts N] [--link RATE] [--json]",
    discussion: """
      It takes the settings of `empo train`. Answers in the file of questions are never used to teach; they tell how often agreement is right. \
      Where that file has none, held-out questions are asked as well, for theirs.

      A trial takes the run's first steps and keeps nothing of them. It ends at the model collapse step (arXiv 2603.08660), at which fewer than \
      one in a hundred pseudo-rewards are the true ones, or at the collapse guard's first alarm, which stands in for it where the questions have \
      no answers. The later a model collapses, the more it has to gain.
      """)

  @Argument(help: ArgumentHelp("The run's configuration, a YAML file.", valueName: "CONFIG.yaml"))
  var file: String?

  @Option(help: ArgumentHelp("Settings of a published run, below all else.", valueName: "NAME"))
  var preset: ConfigurationPreset?

  @Option(help: ArgumentHelp("Questions to ask, each a group of responses.", valueName: "N"), transform: Bounds.integer(1...100_000))
  var groups = 32

  @Option(
    help: ArgumentHelp("Steps of the run to try, at most the run's, to see whether the model collapses within them.", valueName: "N"),
    transform: Bounds.integer(1...1_000_000))
  var trial: Int?

  @Option(
    help: ArgumentHelp("Hosts like this one that would run it, each with a worker; the first has the learner as well.", valueName: "N"),
    transform: Bounds.integer(1...100_000))
  var hosts = 1

  @Option(
    help: ArgumentHelp("The rate of the learner's link, such as 100Mbit or 10Gbit.", valueName: "RATE"), completion: LinkRate.completions,
    transform: LinkRate.argument)
  var link = LinkRate(bitsPerSecond: 1e9)

  @Flag(help: "Prints one line of JSON.")
  var json = false

  @OptionGroup var keys: ConfigurationFlags

  func run() async throws {
    var configuration = try RunConfiguration.load(file: file, flags: keys.values, preset: preset)
    if hosts > 1, configuration.gradients == .automatic, configuration.gradientPartCount > 1 { configuration.gradients = .workers }
    try configuration.validate()
    if let trial, trial > configuration.steps {
      throw ValidationError("--trial \(trial) is more than the run has: \(counted(configuration.steps, "step")) (--steps)")
    }
    let assembly = try RunAssembly(configuration)
    let questions = try assembly.probeQuestions(groups)
    let (found, groups) = try StepProbe(assembly).run(asking: questions.map(\.content)) { Console.error.line($0) }
    let isRight = try assembly.isRight(lanes: Lanes(count: assembly.learnerThreads))
    func survey(_ questions: [ProbeQuestion], _ groups: [ScoredGroup]) throws -> [SurveyedGroup] {
      try zip(questions, groups).map { question, group in
        try SurveyedGroup(
          group, objective: configuration.objective, isRight: question.accepted.isEmpty ? nil : { try isRight($0, question) })
      }
    }
    let surveyed = try survey(questions, groups)
    let tried = try trial.map { try firstSteps($0, of: assembly, survey) }
    let diagnosis = RunDiagnosis(surveyed, RunDiagnosis.Settings(assembly), trial: tried?.course)
    let report = ProbeReport(diagnosis, trial: tried, assembly, found, hosts: hosts, link: link)
    Console.output.write(json ? try report.json() : report.text())
  }

  /// Takes the run's first steps, up to a collapse.
  private func firstSteps(
    _ steps: Int, of assembly: RunAssembly, _ survey: ([ProbeQuestion], [ScoredGroup]) throws -> [SurveyedGroup]
  ) throws -> (course: TrialCourse, outcome: TrialRun.Outcome) {
    let labels = try assembly.labels()
    var course = TrialCourse()
    let outcome = try TrialRun(assembly).run(steps: steps) {
      Console.error.line($0)
    } note: { asked, groups, report in
      let surveyed = try survey(asked.map { ProbeQuestion($0, labels: labels) }, groups)
      course.steps.append(TrialCourse.Step(surveyed, report))
      return course.collapse == nil
    }
    return (course, outcome)
  }
}

extension RunDiagnosis.Settings {
  init(_ assembly: RunAssembly) {
    let configuration = assembly.configuration
    let longest = configuration.sampling.maximumNewTokens
    self.init(
      maximumTokens: longest, roomForTokens: assembly.base.configuration.maximumPositions - (assembly.positions - longest),
      asksForAnswer: configuration.promptTemplate.contains("\\boxed") || configuration.system?.contains("\\boxed") == true)
  }
}
