public import ArgumentParser
public import EMPO
public import Meaning
public import Rollouts

extension ExtractionOptions.Fallback: ExpressibleByArgument {}
extension ClusterRule: ExpressibleByArgument {}
extension VerifierDirections: ExpressibleByArgument {}
extension Reward: ExpressibleByArgument {}
extension EntropyEstimate: ExpressibleByArgument {}
