/// Keys that belong together, in the order in which they are written. A page has a table for each, and `--help` a section.
package enum ConfigurationGroup: CaseIterable, Sendable {
  case modelAndQuestions, adapters, steps, rewards, sampling, filter, objective, optimizer, processes, faults, checkpoints

  /// The title.
  package var title: String {
    switch self {
    case .modelAndQuestions: "Model and questions"
    case .adapters: "All weights or adapters"
    case .steps: "Steps"
    case .rewards: "Rewards and judges"
    case .sampling: "Sampling"
    case .filter: "Filter of groups"
    case .objective: "Objective"
    case .optimizer: "Optimiser"
    case .processes: "Processes"
    case .faults: "Faults and audits"
    case .checkpoints: "Checkpoints and measurements"
    }
  }

  /// The keys.
  package var keys: [ConfigurationKey] {
    switch self {
    case .modelAndQuestions: ConfigurationKey.ofModelAndQuestions
    case .adapters: ConfigurationKey.ofAdapters
    case .steps: ConfigurationKey.ofSteps
    case .rewards: ConfigurationKey.ofRewards
    case .sampling: ConfigurationKey.ofSampling
    case .filter: ConfigurationKey.ofFilter
    case .objective: ConfigurationKey.ofObjective
    case .optimizer: ConfigurationKey.ofOptimizer
    case .processes: ConfigurationKey.ofProcesses
    case .faults: ConfigurationKey.ofFaults
    case .checkpoints: ConfigurationKey.ofCheckpoints
    }
  }

  /// Where the manual says more, in Markdown.
  var seeAlso: String {
    switch self {
    case .modelAndQuestions:
      "[Your own model](YourOwnModel.md) has the models, the formats of questions, the prompts by name and the rules by which a\n"
        + "response's answer is found."
    case .adapters:
      "The names and their meaning are PEFT's. [Your own model](YourOwnModel.md#all-weights-or-adapters) helps to choose."
    case .steps:
      "[How it works](HowItWorks.md) explains groups, [lag](HowItWorks.md#lag) and\n"
        + "[questions that are left out](HowItWorks.md#questions-that-are-left-out)."
    case .rewards: "[Judges](Judges.md) helps to choose a judge; [How it works](HowItWorks.md#reward) has the equations of the rewards."
    case .sampling:
      "The importance ratios of the update are those at temperature 1, whatever the sampling temperature. So are the log-probabilities that\n"
        + "`empo generate` reports: its `--temperature`, `--top-k` and `--top-p` decide which tokens are drawn, and `logprobs` are those of the\n"
        + "model itself, over its whole vocabulary."
    case .filter:
      "For the rewards `empo`, `majority` and `evol`. With every reward, a group trains the model only if its rewards differ\n"
        + "([Filter](HowItWorks.md#filter))."
    case .objective: "[How it works](HowItWorks.md#advantage) has the equations."
    case .optimizer: "AdamW ([Update](HowItWorks.md#update))."
    case .processes:
      "[Several hosts](SeveralHosts.md) has an example, and [the learner's metrics](SeveralHosts.md#metrics);\n"
        + "[a machine that you use](YourOwnModel.md#a-machine-that-you-use) has courteous settings."
    case .faults: "[Several hosts](SeveralHosts.md) explains the treatment of workers that are late, lost or wrong."
    case .checkpoints: "[Getting started](GettingStarted.md#what-a-run-leaves) explains the run folder."
    }
  }
}
