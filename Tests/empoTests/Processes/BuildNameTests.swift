import Foundation
import TestSupport
import Testing

/// What a program says of the sources that it is built from.
@Suite("The name of a build")
struct BuildNameTests {
  @Test("The program prints the release, and in parentheses the name that its sources have")
  func version() async throws {
    let command = try Command(["--version"], in: ScratchFolder())
    #expect(await command.status() == 0)
    #expect(command.output.wholeMatch(of: /empo \d+\.\d+\.\d+ \([A-Za-z0-9 ,._:+\/-]{1,64}\)\n/) != nil, "\(command.output)")
  }

  @Test("It is the commit, and says where the sources differ from it")
  func commit() throws {
    let package = try Package(inside: "package")
    #expect(package.name() == "unknown build")
    try package.git("init", "--quiet", ".")
    #expect(package.name() == "unknown build")
    let commit = try package.commit()
    #expect(commit.count == 10 && package.name() == commit)
    // What the program is not built from does not count; what lies among its sources does, committed or not.
    try package.write("README.md", "read me")
    #expect(package.name() == commit)
    try package.write("Sources/new.swift", "")
    #expect(package.name() == commit + ", with local changes")
    let next = try package.commit()
    #expect(next != commit && package.name() == next)
    try package.write("Package.swift", "// other")
    #expect(package.name() == next + ", with local changes")
  }

  @Test("A repository around the package names nothing of it")
  func around() throws {
    let package = try Package(inside: "outer/package")
    try package.git("init", "--quiet", "..")
    _ = try package.commit()
    #expect(package.name() == "unknown build")
  }

  @Test("EMPO_BUILD is the name, without what cannot stand in a literal or a log")
  func given() throws {
    let package = try Package(inside: "package")
    #expect(package.name(environment: ["EMPO_BUILD": "v1.2-3"]) == "v1.2-3")
    #expect(package.name(environment: ["EMPO_BUILD": "a\"\\(x)\n\u{e4}b"]) == "axb")
    #expect(package.name(environment: ["EMPO_BUILD": String(repeating: "x", count: 99)])?.count == 64)
  }

  @Test("A file that says so already is left alone, so that nothing is compiled again")
  func unchanged() throws {
    let package = try Package(inside: "package")
    let file = package.scratch.file("StampedBuild.swift")
    _ = package.run("/bin/sh", [package.stamp, file, "one"])
    #expect(package.scratch.text("StampedBuild.swift").hasSuffix("func stampedBuild() -> String { \"one\" }\n"))
    let old = Date(timeIntervalSince1970: 1_000_000)
    try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: file)
    _ = package.run("/bin/sh", [package.stamp, file, "one"])
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date == old)
    _ = package.run("/bin/sh", [package.stamp, file, "two"])
    #expect(package.scratch.text("StampedBuild.swift").contains("\"two\""))
  }
}

/// A small package with the script that names builds.
private struct Package {
  let scratch: ScratchFolder
  let path: String

  init(inside name: String) throws {
    scratch = try ScratchFolder()
    path = scratch.file(name)
    for folder in ["Plugins/StampRelease", "Sources"] {
      try FileManager.default.createDirectory(atPath: path + "/" + folder, withIntermediateDirectories: true)
    }
    try FileManager.default.copyItem(atPath: TestFiles.package("Plugins/StampRelease/stamp.sh"), toPath: stamp)
    for file in ["Package.swift", "Sources/main.swift"] { try write(file, "// \(file)") }
  }

  var stamp: String { path + "/Plugins/StampRelease/stamp.sh" }

  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
  }

  func name(environment: [String: String] = [:]) -> String? {
    let said = run("/bin/sh", [stamp], environment: environment)
    return said.status == 0 && said.text.hasSuffix("\n") ? String(said.text.dropLast()) : nil
  }

  @discardableResult
  func git(_ arguments: String...) throws -> String {
    let said = run("/usr/bin/env", ["git", "-c", "user.name=test", "-c", "user.email=test@example.org", "-C", path] + arguments)
    try #require(said.status == 0, "git \(arguments): \(said.text)")
    return said.text
  }

  /// Commits everything, and returns how the commit's name begins.
  func commit() throws -> String {
    try git("add", "--all", ".")
    try git("commit", "--quiet", "--message", "a commit")
    return String(try git("rev-parse", "HEAD").prefix(10))
  }

  func run(_ executable: String, _ arguments: [String], environment: [String: String] = [:]) -> (status: Int32, text: String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    // Neither a name for the tests' own build nor git's settings of whoever runs them.
    var inherited = ProcessInfo.processInfo.environment.filter { $0.key != "EMPO_BUILD" && !$0.key.hasPrefix("GIT_") }
    inherited["GIT_CONFIG_GLOBAL"] = "/dev/null"
    process.environment = inherited.merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return (-1, "\(executable) cannot be started") }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
