public import ArgumentParser
import Wire

extension KeyRole: ExpressibleByArgument {}
