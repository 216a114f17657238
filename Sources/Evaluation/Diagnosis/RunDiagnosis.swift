import Files

/// What a run would make of its questions, said beforehand: figures of some groups, and what speaks against the run.
package struct RunDiagnosis: Sendable, Equatable {
  /// What a probe finds.
  package enum Verdict: String, Sendable, CaseIterable {
    /// A trial of the run's first steps ended in a collapse.
    case collapses
    /// Responses end at the length limit.
    case cutOff = "cut_off"
    /// Where the answers agree, they are wrong.
    case wrongConsensus = "wrong_consensus"
    /// Responses come to their end without an answer.
    case unanswered
    /// The answers agree already.
    case tooEasy = "too_easy"
    /// The answers do not agree on anything, or on what is wrong without being sure.
    case tooHard = "too_hard"
    /// Few groups teach, for several reasons.
    case fewTeach = "few_teach"
    /// Nothing speaks against the run.
    case healthy
  }

  /// One thing that speaks against the run, with what to change.
  package struct Finding: Sendable, Equatable {
    package var verdict: Verdict
    package var text: String
  }

  /// What was asked for in the run, as far as advice names it.
  package struct Settings: Sendable, Equatable {
    /// The most tokens of a response.
    package var maximumTokens: Int
    /// The most that the model's positions leave room for.
    package var roomForTokens: Int
    /// Whether the prompt asks for an answer in a box, or a fallback reads one all the same.
    package var asksForAnswer: Bool

    package init(maximumTokens: Int, roomForTokens: Int, asksForAnswer: Bool) {
      self.maximumTokens = maximumTokens
      self.roomForTokens = roomForTokens
      self.asksForAnswer = asksForAnswer
    }
  }

  /// Shares beyond which a figure speaks against a run. A majority that is right in fewer than three of five sure groups teaches more wrong
  /// than right once groups that are not sure are counted in.
  private enum Limit {
    static let truncated = 0.1, unanswered = 0.2, agreeing = 0.7, leaderless = 0.6, rightWhenSure = 0.6, right = 1.0 / 3, teaching = 0.2
    static let sureGroups = 5, labelledGroups = 8
  }

  /// The groups. Never empty.
  package let groups: [SurveyedGroup]

  /// What speaks against the run, the gravest first; empty where nothing does.
  package let findings: [Finding]

  /// The gravest finding.
  package var verdict: Verdict { findings.first?.verdict ?? .healthy }

  /// A diagnosis of some groups, and of a trial of the run's first steps where there was one.
  package init(_ groups: [SurveyedGroup], _ settings: Settings, trial: TrialCourse? = nil) {
    precondition(!groups.isEmpty, "a diagnosis needs groups")
    self.groups = groups
    findings = [trial?.finding].compactMap(\.self) + Self.findings(groups, settings)
  }

  private static func findings(_ groups: [SurveyedGroup], _ settings: Settings) -> [Finding] {
    let responses = groups.reduce(0) { $0 + $1.size }
    func share(_ figure: (SurveyedGroup) -> Int) -> Double { Double(groups.reduce(0) { $0 + figure($1) }) / Double(responses) }
    func portion(_ holds: (SurveyedGroup) -> Bool) -> Double { Double(groups.count(where: holds)) / Double(groups.count) }
    func percent(_ share: Double) -> String { Figures.percent(share) }
    var found: [Finding] = []

    let truncated = share(\.truncated)
    if truncated > Limit.truncated {
      let longer = min(2 * settings.maximumTokens, settings.roomForTokens)
      found.append(
        Finding(
          verdict: .cutOff,
          text: "\(percent(truncated)) of the responses are cut off at \(counted(settings.maximumTokens, "token")): "
            + (longer > settings.maximumTokens
              ? "raise --max-tokens, to \(longer) for a start; else the run learns to be brief, right or wrong"
              : "the model has no room for more: ask for shorter responses in the prompt")))
    }
    let known = groups.filter { $0.isSure && $0.isMajorityRight != nil }
    let right = known.count { $0.isMajorityRight == true }
    if known.count >= Limit.sureGroups, Double(right) < Limit.rightWhenSure * Double(known.count) {
      found.append(
        Finding(
          verdict: .wrongConsensus,
          text:
            "of \(counted(known.count, "group")) in which at least half of the responses agree, \(right) agree on what is right: the run would teach "
            + "what is wrong; take easier questions, or a reward that reads answers (--reward accuracy)"))
    }
    let unanswered = share(\.unanswered)
    if unanswered > Limit.unanswered {
      found.append(
        Finding(
          verdict: .unanswered,
          text: "\(percent(unanswered)) of the responses come to their end without an answer: "
            + (settings.asksForAnswer
              ? "read the last number or choice of such a response (--fallback number), or ask more plainly for an answer"
              : "ask for one in a box (--prompt boxed), or read the last number or choice (--fallback number)")))
    }
    let agreeing = portion { 8 * $0.largest >= 7 * $0.size }
    if agreeing > Limit.agreeing {
      found.append(
        Finding(
          verdict: .tooEasy,
          text:
            "in \(percent(agreeing)) of the groups seven in eight responses agree already, and little is left to learn: take harder questions, "
            + "or leave those out for a while in which all agree (--skip-unanimous 4)"))
    }
    let leaderless = portion { $0.largest - $0.second < 2 && $0.truncated + $0.unanswered < $0.size / 2 }
    if leaderless > Limit.leaderless {
      found.append(
        Finding(
          verdict: .tooHard,
          text:
            "in \(percent(leaderless)) of the groups no answer leads by two responses, so that agreement is chance: take easier questions, "
            + "larger groups (--group-size), or a confidence floor (--filter-minimum-confidence 0.3)"))
    }
    let answered = groups.compactMap(\.isMajorityRight)
    let rightMajorities = answered.count(where: \.self)
    if !found.contains(where: { [.wrongConsensus, .tooHard].contains($0.verdict) }), answered.count >= Limit.labelledGroups,
      Double(rightMajorities) < Limit.right * Double(answered.count)
    {
      found.append(
        Finding(
          verdict: .tooHard,
          text:
            "the most frequent answer is right in \(rightMajorities) of \(counted(answered.count, "group")): the run would teach what is wrong; take "
            + "easier questions, or a reward that reads answers (--reward accuracy)"))
    }
    let teaching = portion(\.teaches)
    if found.isEmpty, teaching < Limit.teaching {
      found.append(
        Finding(
          verdict: .fewTeach,
          text:
            "\(percent(teaching)) of the groups teach: most of the time of a step goes into groups that are left out; widen the filter, or take "
            + "other questions"))
    }
    return found
  }
}
