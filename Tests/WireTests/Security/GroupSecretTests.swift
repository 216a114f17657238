import Foundation
import Testing
import Wire

/// Keys as an orchestrator mounts them: of another user, readable by a group. Only root can make such files.
@Suite(.enabled(if: geteuid() == 0, "needs root, to give files away")) struct GroupSecretTests {
  /// A key of user 10001, as that user's Secret would be of root for the program.
  private func key(mode: Int, group: gid_t) throws -> (KeyFolder, String) {
    let folder = try KeyFolder()
    try folder.make(.worker, "w")
    let path = folder.file("w.key")
    try FileManager.default.setAttributes([.ownerAccountID: 10_001, .groupOwnerAccountID: group], ofItemAtPath: path)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return (folder, path)
  }

  @Test("The group that was given a key may read it", arguments: [0o440, 0o640, 0o400]) func theGroupThatWasGivenAKeyMayReadIt(mode: Int)
    throws
  {
    let (folder, path) = try key(mode: mode, group: getegid())
    #expect(try KeyFile.readPair(path, of: .worker).name == "w")
    withExtendedLifetime(folder) {}
  }

  @Test(
    "Nobody else may", arguments: [(0o440, 54_321, "group 54321"), (0o460, 0, "write"), (0o450, 0, "write"), (0o444, 0, "open to others")])
  func nobodyElseMay(mode: Int, group: gid_t, says: String) throws {
    let (folder, path) = try key(mode: mode, group: group == 0 ? getegid() : group)
    let error = #expect(throws: WireError.self) { try KeyFile.readPair(path, of: .worker) }
    #expect(error?.code == .key && error?.message.contains(says) == true)
    withExtendedLifetime(folder) {}
  }
}
