public import ArgumentParser
public import EMPO
public import Meaning
public import Rollouts

extension ExtractionOptions.Fallback: ExpressibleByArgument {}
extension ClusterRule: ExpressibleByArgument {}
extension VerifierJudge.Direction: ExpressibleByArgument {}
extension JudgeOptions.Prompt: ExpressibleByArgument {}
extension Reward: ExpressibleByArgument {}
extension EntropyEstimate: ExpressibleByArgument {}
