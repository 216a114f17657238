import Foundation
import Runs

/// The settings in a hosts file for all hosts, or for one: how to log in, the program, its environment.
struct HostDefaults {
  private var user: String?
  private var port: Int?
  private var identity: String?
  private var options: [String] = []
  private var empo = "empo"
  private var environment: [String: String] = [:]

  /// No settings.
  init() {}

  /// Takes `ssh`, `empo` and `environment` from a section. A setting that the section lacks keeps its value from outside.
  init(_ section: inout YAMLSection, below outer: HostDefaults) throws {
    self = outer
    if var ssh = try section.section("ssh") {
      try takeLogin(&ssh)
      try ssh.finish()
    }
    if let (text, line) = try section.text("empo", "the program's path") {
      guard !text.isEmpty, !text.hasPrefix("-"), !text.contains(where: \.isNewline) else {
        throw section.error(line, "empo: found \(excerpt(text)), expected the program's path on that host")
      }
      empo = text
    }
    guard var variables = try section.section("environment") else { return }
    for (name, text, line) in try variables.remainder() {
      let isName = name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || Character(UnicodeScalar($0)).isLetterOrDigit } && !name.isEmpty
      guard isName, name.first?.isNumber == false, !text.contains(where: \.isNewline) else {
        throw variables.error(line, "found \(excerpt(name)), expected a variable's name and a value of one line")
      }
      environment[name] = text
    }
  }

  /// The host that a section names under `host`.
  func host(_ section: inout YAMLSection) throws -> RemoteHost {
    guard let (name, line) = try section.text("host", "a name or an address") else {
      throw section.error(nil, "there is no host: expected `host:` and a name or an address")
    }
    guard HostsFile.isHostName(name) else {
      throw section.error(line, "host: found \(excerpt(name)), expected a name or an address without user and port")
    }
    return RemoteHost(
      name: name, user: user, port: port, identity: identity, options: options, empo: empo, environment: environment)
  }

  private mutating func takeLogin(_ ssh: inout YAMLSection) throws {
    if let (text, line) = try ssh.text("user", "a user's name") {
      guard (1...64).contains(text.utf8.count), !text.hasPrefix("-"), text.allSatisfy({ $0.isLetterOrDigit || "-._".contains($0) }) else {
        throw ssh.error(line, "user: found \(excerpt(text)), expected a user's name")
      }
      user = text
    }
    port = try ssh.integer("port", in: 1...65_535) ?? port
    if let (text, line) = try ssh.text("identity", "a private key's path") {
      guard !text.isEmpty, !text.hasPrefix("-") else {
        throw ssh.error(line, "identity: found \(excerpt(text)), expected a private key's path")
      }
      // As in a run's configuration, a relative path lies beside the file.
      let isBeside = !text.hasPrefix("/") && !text.hasPrefix("~")
      identity = isBeside ? URL(fileURLWithPath: ssh.file).deletingLastPathComponent().appending(path: text).path : text
    }
    for (text, line) in try ssh.texts("options", atMost: 64) ?? [] {
      guard text.contains("="), !text.hasPrefix("-"), !text.contains(where: \.isNewline) else {
        throw ssh.error(line, "options: found \(excerpt(text)), expected Name=value as in ssh_config")
      }
      options.append(text)
    }
  }
}

extension Character {
  fileprivate var isLetterOrDigit: Bool { isASCII && (isLetter || isNumber) }
}
