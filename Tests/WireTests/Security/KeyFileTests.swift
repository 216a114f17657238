import Foundation
import Testing
import Wire

@Suite struct KeyFileTests {
  @Test("What is written is read again") func whatIsWrittenIsReadAgain() throws {
    let folder = try KeyFolder()
    let pair = try KeyPair.make(role: .worker, name: "host-3.2")
    let paths = try KeyFile.write(pair, to: folder.file("new/keys"))
    #expect(paths.secret.hasSuffix("/new/keys/host-3.2.key") && paths.public.hasSuffix("/new/keys/host-3.2.pub"))
    let read = try KeyFile.readPair(paths.secret, of: .worker)
    #expect(read.name == "host-3.2" && read.publicKey == pair.publicKey)
    #expect(try KeyFile.readPublic(paths.public, of: .worker) == pair.publicKey)
    let mode = try FileManager.default.attributesOfItem(atPath: paths.secret)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(try String(contentsOfFile: paths.public, encoding: .utf8) == "empo-worker host-3.2 \(pair.publicKey)\n")
    #expect(#expect(throws: WireError.self) { try KeyFile.write(pair, to: folder.file("new/keys")) }?.message.contains("exists") == true)
  }

  @Test("Nothing shows a secret") func nothingShowsASecret() throws {
    let folder = try KeyFolder()
    let pair = try folder.make(.worker, "w")
    let text = try String(contentsOfFile: folder.file("w.key"), encoding: .utf8)
    let secret = String(try #require(text.split(whereSeparator: \.isWhitespace).last))
    #expect(secret.utf8.count == 40)
    var dumped = ""
    dump(try folder.credentialsWithLearner(), to: &dumped)
    #expect(!"\(pair) \(String(reflecting: pair)) \(dumped)".contains(secret))
    // Neither does an error that is about it.
    try folder.write("empo-worker-secret w x\(secret.dropFirst(2))\n", to: "broken.key")
    try folder.write(secret + "\n", to: "bare.key")
    for name in ["broken.key", "bare.key"] {
      let error = #expect(throws: WireError.self) { try KeyFile.readPair(folder.file(name), of: .worker) }
      #expect(error?.code == .key && error?.message.contains("line 1") == true)
      #expect(error?.message.contains(secret.dropFirst(2)) == false)
    }
  }

  @Test("A secret that others may read is refused", arguments: [0o644, 0o640, 0o604, 0o660]) func aSecretThatOthersMayReadIsRefused(
    _ mode: Int
  ) throws {
    let folder = try KeyFolder()
    try folder.make(.worker, "w")
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.file("w.key"))
    let error = #expect(throws: WireError.self) { try KeyFile.readPair(folder.file("w.key"), of: .worker) }
    #expect(error?.code == .key && error?.message.contains("chmod 600") == true)
  }

  @Test("A secret in a folder that others can write to is refused, also where it is a folder above", arguments: ["keys", "keys/inner"])
  func openFolder(_ place: String) throws {
    let folder = try KeyFolder()
    let key = try KeyFile.write(KeyPair.make(role: .worker, name: "w"), to: folder.file(place)).secret
    func set(_ mode: Int) throws {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.file("keys"))
    }
    try set(0o757)
    let error = #expect(throws: WireError.self) { try KeyFile.readPair(key, of: .worker) }
    #expect(error?.code == .key && error?.message.contains("chmod go-w") == true, "\(error?.message ?? "")")
    // Where only a file's owner can remove it, nobody else can put another one into its place.
    for harmless in [0o755, 0o700, 0o1777] {
      try set(harmless)
      #expect(try KeyFile.readPair(key, of: .worker).name == "w")
    }
  }

  @Test(
    "A list that others can write to is refused: a folder, a file in it, a file alone",
    arguments: ["authorized", "authorized/w.pub", "w.pub"])
  func openList(_ place: String) throws {
    let folder = try KeyFolder()
    try folder.make(.worker, "w")
    try folder.authorize("w")
    let list = place.hasPrefix("authorized") ? folder.authorized : folder.file("w.pub")
    #expect(try AuthorizedKeys(paths: [list]).count == 1)
    // The sticky bit keeps nobody from adding a file.
    for mode in place == "authorized" ? [0o757, 0o1777] : [0o646] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.file(place))
      let error = #expect(throws: WireError.self) { try AuthorizedKeys(paths: [list]) }
      #expect(error?.code == .key && error?.message.contains("chmod go-w") == true, "\(error?.message ?? "")")
    }
  }

  @Test("The wrong file is named") func theWrongFileIsNamed() throws {
    let folder = try KeyFolder()
    try folder.make(.worker, "w")
    try folder.make(.learner, "learner")
    let cases: [(says: String, read: () throws -> Void)] = [
      ("a worker's public key", { _ = try KeyFile.readPair(folder.file("w.pub"), of: .worker) }),
      ("a learner's secret key", { _ = try KeyFile.readPair(folder.file("learner.key"), of: .worker) }),
      ("a worker's public key", { _ = try KeyFile.readPublic(folder.file("w.pub"), of: .learner) }),
      ("a worker's secret key", { _ = try KeyFile.readPublic(folder.file("w.key"), of: .worker) }),
      ("no file", { _ = try KeyFile.readPair(folder.path, of: .worker) }),
      ("absent", { _ = try KeyFile.readPair(folder.file("absent.key"), of: .worker) }),
      ("allow-list", { _ = try AuthorizedKeys(paths: [folder.file("absent")]) }),
      ("a worker's secret key", { _ = try AuthorizedKeys(paths: [folder.file("w.key")]) }),
    ]
    for (says, read) in cases {
      let error = #expect(throws: WireError.self) { try read() }
      #expect(error?.message.contains(says) == true, "\(error?.message ?? "nothing")")
    }
  }

  @Test(
    "What is no name of a key", arguments: ["", ".", "..", "a/b", "-x", ".x", "with space", "ü", "#x", String(repeating: "x", count: 65)])
  func whatIsNoNameOfAKey(_ name: String) {
    #expect(#expect(throws: WireError.self) { try KeyPair.make(role: .worker, name: name) }?.code == .key)
  }

  @Test(
    "What is no key",
    arguments: [
      "", String(repeating: "0", count: 39), String(repeating: "0", count: 41), String(repeating: "~", count: 40),
      String(repeating: "#", count: 40), String(repeating: "é", count: 20),
    ]) func whatIsNoKey(_ text: String)
  {
    #expect(PublicKey(text) == nil)
  }

  @Test("Lists are files and folders") func listsAreFilesAndFolders() throws {
    let folder = try KeyFolder()
    let pairs = try ["a", "b", "c"].map { try folder.make(.worker, $0) }
    try folder.authorize("a")
    try folder.write("# by hand\n\n  \(KeyFile.line(of: pairs[1]))\n\(KeyFile.line(of: pairs[2]))  \n", to: "list")
    let keys = try AuthorizedKeys(paths: [folder.authorized, folder.file("list")])
    #expect(keys.count == 3)
    #expect(pairs.map { keys.name(of: $0.publicKey) } == ["a", "b", "c"])
    #expect(keys.name(of: try folder.make(.worker, "d").publicKey) == nil)
  }

  @Test("A name has one key and a key one name") func aNameHasOneKeyAndAKeyOneName() throws {
    let folder = try KeyFolder()
    let pairs = try ["a", "b"].map { try folder.make(.worker, $0) }
    for (line, says) in [
      ("empo-worker a \(pairs[1].publicKey)", "listed with another key"), ("empo-worker b \(pairs[0].publicKey)", "that of a, too"),
      ("empo-learner b \(pairs[1].publicKey)", "a learner's public key"), ("empo-worker b", "found 2 words"),
    ] {
      try folder.write("\(KeyFile.line(of: pairs[0]))\n\(KeyFile.line(of: pairs[0]))\n\(line)\n", to: "list")
      let error = #expect(throws: WireError.self) { try AuthorizedKeys(paths: [folder.file("list")]) }
      #expect(error?.code == .key && error?.message.contains("list line 3") == true && error?.message.contains(says) == true)
    }
  }
}

extension KeyFolder {
  /// Credentials whose every part was made here.
  fileprivate func credentialsWithLearner() throws -> WorkerCredentials {
    try make(.learner, "learner")
    return try credentials(of: "w")
  }
}
