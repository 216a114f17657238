import Foundation
import TestSupport

/// An sshd of its own on loopback, with keys that nobody else uses.
final class LoopbackSSH {
  let folder: ScratchFolder
  let port: Int
  private let daemon: pid_t

  /// The system's sshd, if it has one.
  static let executable = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"].first(where: FileManager.default.isExecutableFile)

  /// Why it cannot be run here; nil where it can.
  static var obstacle: String? {
    if executable == nil { return "there is no sshd: install openssh-server" }
    // As root it insists on its folder.
    if getuid() == 0, !FileManager.default.fileExists(atPath: "/run/sshd"), unsafe mkdir("/run/sshd", 0o755) != 0 {
      return "/run/sshd is missing"
    }
    return nil
  }

  init() throws {
    folder = try ScratchFolder()
    port = Int.random(in: 20_000..<40_000)
    for name in ["host", "user", "stranger"] {
      try Self.run("/usr/bin/env", ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder.file(name)])
    }
    let key = folder.text("host.pub").split(separator: " ").prefix(2).joined(separator: " ")
    try "[127.0.0.1]:\(port) \(key)\n".write(toFile: folder.file("known"), atomically: true, encoding: .utf8)
    try """
    Port \(port)
    ListenAddress 127.0.0.1
    HostKey \(folder.file("host"))
    AuthorizedKeysFile \(folder.file("user.pub"))
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    PermitRootLogin prohibit-password
    StrictModes no
    UsePAM no
    PidFile none
    """.write(toFile: folder.file("sshd"), atomically: true, encoding: .utf8)
    // Not by Foundation's Process: it takes a child that closes what it inherited, as sshd does, for one that has ended, and waits
    // for it before it looks at any other.
    daemon = try Self.spawn([Self.executable ?? "", "-D", "-f", folder.file("sshd"), "-E", folder.file("sshd.log")])
  }

  deinit {
    kill(daemon, SIGTERM)
    _ = waitpid(daemon, nil, 0)
  }

  private static func spawn(_ arguments: [String]) throws -> pid_t {
    let words = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var pid: pid_t = 0
    let status = unsafe posix_spawn(&pid, arguments[0], nil, nil, words, environ)
    guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EIO) }
    return pid
  }

  /// What a hosts file says about ssh; a mapping for YAML.
  func login(identity: String = "user") -> String {
    """
    ssh:
      user: \(NSUserName())
      port: \(port)
      identity: \(folder.file(identity))
      options: [UserKnownHostsFile=\(folder.file("known")), StrictHostKeyChecking=yes]
    """
  }

  private static func run(_ executable: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
  }
}
