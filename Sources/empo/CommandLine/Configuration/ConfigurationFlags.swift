import ArgumentParser
import Runs

/// The keys of a run's configuration as flags, by group.
struct ConfigurationFlags: ParsableArguments {
  @OptionGroup(title: Groups.ModelAndQuestions.group.title) var modelAndQuestions: GroupFlags<Groups.ModelAndQuestions>
  @OptionGroup(title: Groups.Adapters.group.title) var adapters: GroupFlags<Groups.Adapters>
  @OptionGroup(title: Groups.Steps.group.title) var steps: GroupFlags<Groups.Steps>
  @OptionGroup(title: Groups.Rewards.group.title) var rewards: GroupFlags<Groups.Rewards>
  @OptionGroup(title: Groups.Sampling.group.title) var sampling: GroupFlags<Groups.Sampling>
  @OptionGroup(title: Groups.Filter.group.title) var filter: GroupFlags<Groups.Filter>
  @OptionGroup(title: Groups.Objective.group.title) var objective: GroupFlags<Groups.Objective>
  @OptionGroup(title: Groups.Optimizer.group.title) var optimizer: GroupFlags<Groups.Optimizer>
  @OptionGroup(title: Groups.Processes.group.title) var processes: GroupFlags<Groups.Processes>
  @OptionGroup(title: Groups.Faults.group.title) var faults: GroupFlags<Groups.Faults>
  @OptionGroup(title: Groups.Checkpoints.group.title) var checkpoints: GroupFlags<Groups.Checkpoints>

  /// What the flags say, by the name of the key.
  var values: [String: String] {
    [
      modelAndQuestions.values, adapters.values, steps.values, rewards.values, sampling.values, filter.values, objective.values,
      optimizer.values, processes.values, faults.values, checkpoints.values,
    ].reduce(into: [:]) { $0.merge($1) { $1 } }
  }

  func validate() throws {
    // A flag out of its range is a usage error, whatever a file says.
    do {
      try RunConfiguration.check(flags: values)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// The parser knows groups of options by their types, so that each group of keys is one.
  enum Groups {
    enum ModelAndQuestions: WholeGroup { static let group = ConfigurationGroup.modelAndQuestions }
    enum Adapters: WholeGroup { static let group = ConfigurationGroup.adapters }
    enum Steps: WholeGroup { static let group = ConfigurationGroup.steps }
    enum Rewards: WholeGroup { static let group = ConfigurationGroup.rewards }
    enum Sampling: WholeGroup { static let group = ConfigurationGroup.sampling }
    enum Filter: WholeGroup { static let group = ConfigurationGroup.filter }
    enum Objective: WholeGroup { static let group = ConfigurationGroup.objective }
    enum Optimizer: WholeGroup { static let group = ConfigurationGroup.optimizer }
    enum Processes: WholeGroup { static let group = ConfigurationGroup.processes }
    enum Faults: WholeGroup { static let group = ConfigurationGroup.faults }
    enum Checkpoints: WholeGroup { static let group = ConfigurationGroup.checkpoints }
  }
}

/// All keys of a group as flags.
protocol WholeGroup: FlagGroup {
  /// The group.
  static var group: ConfigurationGroup { get }
}

extension WholeGroup {
  static var keys: [ConfigurationKey] { group.keys }
}
