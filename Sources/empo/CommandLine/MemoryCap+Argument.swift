public import ArgumentParser
public import Runs

extension ByteSize: ExpressibleByArgument {}
extension MemoryCap: ExpressibleByArgument {}
