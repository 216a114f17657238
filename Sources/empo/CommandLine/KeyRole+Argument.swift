public import ArgumentParser
public import Wire

extension KeyRole: ExpressibleByArgument {}
