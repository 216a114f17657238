import Foundation

/// The control groups of this process (cgroups(7)), in which a container or a service has its limits.
package enum ControlGroups {
  /// The files of a controller in this process's group and in those above it, as far as they are there.
  ///
  /// - Parameters:
  ///   - controller: Its name in version 1, such as `memory`.
  ///   - v1: A file's name in a hierarchy of version 1.
  ///   - v2: The same in that of version 2.
  ///   - root: A folder in place of `/`, for tests.
  package static func files(of controller: String, v1: String, v2: String, root: String = "") -> [String] {
    let groups = lines(root + "/proc/self/cgroup").compactMap { line -> (isUnified: Bool, path: String)? in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return nil }
      if fields[0] == "0", fields[1].isEmpty { return (true, String(fields[2])) }
      return fields[1].split(separator: ",").contains { $0 == controller } ? (false, String(fields[2])) : nil
    }
    return groups.flatMap { group in
      mounts(root).filter { $0.isUnified == group.isUnified && ($0.isUnified || $0.controllers.contains(controller)) }.flatMap { mount in
        folders(of: group.path, in: mount).map { root + $0 + "/" + (group.isUnified ? v2 : v1) }
      }
    }.filter(FileManager.default.fileExists)
  }

  /// A hierarchy that is mounted.
  private struct Mount {
    var isUnified: Bool
    var controllers: Set<String>
    /// The group that the mount shows as its root.
    var top: String
    var place: String
  }

  private static func mounts(_ root: String) -> [Mount] {
    lines(root + "/proc/self/mountinfo").compactMap { line in
      // ID, parent, device, top, place, options, others …, a hyphen, type, source, options of the file system.
      let fields = line.split(separator: " ").map(String.init)
      guard fields.count > 5, let end = fields.dropFirst(5).firstIndex(of: "-"), fields.count > end + 3 else { return nil }
      switch fields[end + 1] {
      case "cgroup2": return Mount(isUnified: true, controllers: [], top: fields[3], place: fields[4])
      case "cgroup":
        let options = fields[end + 3].split(separator: ",").map(String.init)
        return Mount(isUnified: false, controllers: Set(options), top: fields[3], place: fields[4])
      default: return nil
      }
    }
  }

  /// The folders of a group and those above it, in a mount that may begin below the root of its hierarchy.
  private static func folders(of group: String, in mount: Mount) -> [String] {
    let top = mount.top == "/" ? "" : mount.top
    var path = group.hasPrefix(top) ? String(group.dropFirst(top.count)) : ""
    while path.hasSuffix("/") { path.removeLast() }
    var folders = [mount.place + path]
    while let slash = path.lastIndex(of: "/") {
      path = String(path[..<slash])
      folders.append(mount.place + path)
    }
    return folders
  }

  private static func lines(_ path: String) -> [Substring] {
    ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n")
  }
}
