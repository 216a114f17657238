public import ArgumentParser
public import Runs

/// A preset by its name.
extension BenchmarkPreset: ExpressibleByArgument {}
