public import ArgumentParser
import EMPO
import Meaning
import Rollouts

extension ExtractionOptions.Fallback: ExpressibleByArgument {}
extension ClusterRule: ExpressibleByArgument {}
extension VerifierJudge.Direction: ExpressibleByArgument {}
extension JudgeOptions.Prompt: ExpressibleByArgument {}
extension Reward: ExpressibleByArgument {}
extension EntropyEstimate: ExpressibleByArgument {}
