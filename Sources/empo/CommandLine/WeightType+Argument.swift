public import ArgumentParser
public import Transformer

extension WeightType: ExpressibleByArgument {}
