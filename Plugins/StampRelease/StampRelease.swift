import Foundation
import PackagePlugin

/// Names the build that `empo --version` prints. The work is done by `stamp.sh` beside this file, which writes one Swift file of one line.
///
/// A build command runs only after one of its inputs has changed, so the inputs are all that the name can depend on: the position of git's
/// HEAD, and every file that the program is built from. The script leaves the file alone where the name is the same.
@main
struct StampRelease: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let root = context.package.directoryURL
    let stamp = context.pluginWorkDirectoryURL.appending(path: "StampedBuild.swift")
    // The build's own shell, and neither a tool of this package nor git itself: nothing is compiled for it, and git may be missing.
    return [
      .buildCommand(
        displayName: "Naming the build", executable: URL(filePath: "/bin/sh"),
        arguments: [
          root.appending(path: "Plugins/StampRelease/stamp.sh").path, stamp.path,
          ProcessInfo.processInfo.environment["EMPO_BUILD"] ?? "",
        ],
        inputFiles: [root.appending(path: "Package.swift")] + Self.sources(of: root) + Self.positions(of: root), outputFiles: [stamp])
    ]
  }

  /// Every file that the program is built from.
  private static func sources(of root: URL) -> [URL] {
    ["Plugins", "Sources"].flatMap { folder -> [URL] in
      let files = FileManager.default.enumerator(
        at: root.appending(path: folder), includingPropertiesForKeys: [.isRegularFileKey], options: .skipsHiddenFiles)
      return (files?.compactMap { $0 as? URL } ?? [])
        .filter { (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true }
        .sorted { $0.path < $1.path }
    }
  }

  /// The files that git writes when HEAD moves: by a commit, a checkout, a merge. None where the package is not the top of a work tree.
  private static func positions(of root: URL) -> [URL] {
    let git = root.appending(path: ".git")
    var folder = git
    // In a linked work tree, .git is a file that names the folder.
    if let text = try? String(contentsOf: git, encoding: .utf8), text.hasPrefix("gitdir: ") {
      let path = text.dropFirst("gitdir: ".count).trimmingCharacters(in: .whitespacesAndNewlines)
      folder = path.hasPrefix("/") ? URL(filePath: path) : root.appending(path: path)
    }
    return ["HEAD", "logs/HEAD"].map { folder.appending(path: $0) }.filter { FileManager.default.fileExists(atPath: $0.path) }
  }
}
