import Foundation

/// An sshd of its own on loopback, with keys that nobody else uses.
final class LoopbackSSH {
  let folder: ScratchFolder
  let port: Int
  private let daemon = Process()

  /// The system's sshd, if it has one.
  static let executable = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"].first(where: FileManager.default.isExecutableFile)

  /// Why it cannot be run here; nil where it can.
  static var obstacle: String? {
    if executable == nil { return "there is no sshd: install openssh-server" }
    // As root it insists on its folder.
    if getuid() == 0, !FileManager.default.fileExists(atPath: "/run/sshd"), unsafe mkdir("/run/sshd", 0o755) != 0 { return "/run/sshd is missing" }
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
    daemon.executableURL = URL(fileURLWithPath: Self.executable ?? "")
    daemon.arguments = ["-D", "-e", "-f", folder.file("sshd")]
    daemon.standardInput = FileHandle.nullDevice
    daemon.standardError = FileHandle.nullDevice
    try daemon.run()
  }

  deinit {
    daemon.terminate()
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
