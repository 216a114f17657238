public import ArgumentParser
import Transformer

extension WeightType: ExpressibleByArgument {}
