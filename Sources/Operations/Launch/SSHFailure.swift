import Foundation
import Runs

/// Messages for commands over ssh that failed.
enum SSHFailure {
  /// The status with which ssh itself fails; the command's own are below it.
  static let status: Int32 = 255

  /// One line on why ssh, or the program at its other end, failed, and what to do.
  ///
  /// - Parameters:
  ///   - status: ssh's exit status.
  ///   - output: The output of ssh and the command.
  static func line(_ host: RemoteHost, status: Int32, output: String) -> String {
    let last = output.split(whereSeparator: \.isNewline).last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    let name = host.name
    switch status {
    case 255: return "host \(name): " + reason(host, output: output, last: last)
    case 126: return "host \(name): \(host.empo) cannot be executed: give the program's path in the hosts file (empo:)"
    case 127: return "host \(name): there is no \(host.empo): install it there, or give its path in the hosts file (empo:)"
    default:
      let message = last.hasPrefix(ErrorLine.prefix) ? String(last.dropFirst(ErrorLine.prefix.count)) : last
      return "host \(name): " + (message.isEmpty ? "the command ended with status \(status)" : message)
    }
  }

  /// Why ssh failed.
  static func reason(_ host: RemoteHost, output: String, last: String) -> String {
    let login = "ssh" + (host.port.map { " -p \($0)" } ?? "") + " " + (host.user.map { $0 + "@" } ?? "") + host.name
    let lower = output.lowercased()
    let advice: [(sign: String, text: String)] = [
      ("permission denied", "the key was refused: `\(login)` must work without a password; see ssh: in the hosts file"),
      ("host key verification failed", "its host key is not known or has changed: connect once by hand with `\(login)`"),
      ("could not resolve hostname", "its name cannot be resolved"),
      ("connection refused", "nothing answers on ssh's port: is sshd running there?"),
      ("connection timed out", "it does not answer: is it up, and is the address right?"),
      ("no route to host", "there is no route to it"),
      ("network is unreachable", "the network is unreachable"),
      ("too many authentication failures", "too many keys were tried: name one with ssh: identity: in the hosts file"),
    ]
    let explanation = advice.first { lower.contains($0.sign) }?.text
    switch (explanation, last.isEmpty) {
    case (let text?, false): return "\(text) (\(last))"
    case (let text?, true): return text
    case (nil, false): return last
    case (nil, true): return "ssh failed without a message"
    }
  }
}
