import Cluster
import TestSupport
import Wire

/// The learner's disk: what a program sees of it, and what of that a power cut leaves.
///
/// A ledger grows at its end and keeps what was synchronised. Of folders and files, names outlive a power cut once their folder
/// was synchronised, and contents once their file was: of what was not, some goes and some stays.
struct SimulatedDisk {
  /// How an operation may end.
  enum Trouble: Error {
    /// The disk is full, or fails; the program hears of it.
    case failed(String)
    /// The process dies in the middle.
    case killed
    /// The machine does.
    case powerCut
  }

  enum Name: Hashable {
    case checkpoint(UInt32)
    case partial(UInt32)
    case discarded(UInt32)
  }

  struct File<Content> {
    /// Nil where only a part of it is there.
    var content: Content?
    var isSynced = false
  }

  struct Folder {
    var model: File<SimulatedCheckpoint>?
    var manifest: File<UInt64>?
    var areNamesSynced = false
  }

  private enum Change {
    case add(Name, Int)
    case rename(Name, Name)
    case remove(Name)
  }

  private struct Root {
    var names: [Name: Int] = [:]

    mutating func apply(_ change: Change) {
      switch change {
      case .add(let name, let folder): names[name] = folder
      case .rename(let old, let new): names[new] = names.removeValue(forKey: old)
      case .remove(let name): names[name] = nil
      }
    }
  }

  /// The ledger's transactions.
  private(set) var ledger: [[LedgerEntry]] = []
  private var durableTransactions = 0
  private var folders: [Folder] = []
  private var root = Root()
  private var durableRoot = Root()
  private var changes: [Change] = []

  var random: SeededRandom
  var tally = Tally()
  var isFull = false

  /// Shares of operations that fail, and in which the process or the machine dies.
  var failure = 0.0
  var death = 0.0

  let forgetsToSync: Bool

  enum LedgerEntry {
    case incarnation
    case record
    case group(StoredGroup)
    case confirm(step: UInt32, slot: UInt32, checker: String?)
    case void(step: UInt32, slot: UInt32)
    case voidLater(sampledAfter: UInt32)
    case expel(String, reason: String)
    case evaluated(UInt32)
    case goBack(to: UInt32)
  }

  init(random: SeededRandom, forgetsToSync: Bool) {
    self.random = random
    self.forgetsToSync = forgetsToSync
  }

  /// Every operation may be the last.
  private mutating func hazard(_ what: String, writes: Bool = true, share: Double = 1) throws(Trouble) {
    if death > 0, random.happens(death * share) {
      tally.count(.crashWithinADiskOperation)
      throw random.happens(0.5) ? .killed : .powerCut
    }
    if writes, isFull { throw .failed("no space to \(what)") }
    if failure > 0, random.happens(failure) { throw .failed("cannot \(what)") }
  }

  // MARK: The ledger

  /// Adds entries, all or none, and waits until they are durable.
  mutating func append(_ entries: [LedgerEntry]) throws(Trouble) {
    try hazard("write the ledger")
    ledger.append(entries)
    do throws(Trouble) {
      try hazard("synchronise the ledger", writes: false)
    } catch {
      // A transaction that fails is undone; one in which the process dies may stand or not.
      if case .failed = error { ledger.removeLast() }
      throw error
    }
    guard !forgetsToSync else { return }
    durableTransactions = ledger.count
    if death > 0, random.happens(death) { throw random.happens(0.5) ? .killed : .powerCut }
  }

  // MARK: Folders

  /// There are fewer operations on folders than on the ledger, and more of them matter.
  private mutating func hazardOfFolders(_ what: String, writes: Bool = true) throws(Trouble) {
    try hazard(what, writes: writes, share: 18)
  }

  var names: [Name] { Array(root.names.keys) }

  subscript(name: Name) -> Folder? { root.names[name].map { folders[$0] } }

  mutating func create(_ name: Name) throws(Trouble) {
    try hazardOfFolders("create a folder")
    folders.append(Folder())
    change(.add(name, folders.count - 1))
  }

  mutating func rename(_ old: Name, to new: Name) throws(Trouble) {
    try hazardOfFolders("rename a folder")
    change(.rename(old, new))
  }

  mutating func remove(_ name: Name) throws(Trouble) {
    guard root.names[name] != nil else { return }
    try hazardOfFolders("remove a folder", writes: false)
    change(.remove(name))
  }

  mutating func write(_ model: SimulatedCheckpoint, in name: Name) throws(Trouble) {
    update(name) { $0.model = File(content: nil) }
    try hazardOfFolders("write a model")
    update(name) { $0.model = File(content: model) }
  }

  mutating func write(manifest: UInt64, in name: Name) throws(Trouble) {
    update(name) { $0.manifest = File(content: nil) }
    try hazardOfFolders("write a manifest")
    update(name) { $0.manifest = File(content: manifest) }
  }

  mutating func synchronizeModel(in name: Name) throws(Trouble) {
    try hazardOfFolders("synchronise a model", writes: false)
    update(name) { $0.model?.isSynced = true }
  }

  mutating func synchronizeManifest(in name: Name) throws(Trouble) {
    try hazardOfFolders("synchronise a manifest", writes: false)
    update(name) { $0.manifest?.isSynced = true }
  }

  mutating func synchronizeNames(in name: Name) throws(Trouble) {
    try hazardOfFolders("synchronise a folder", writes: false)
    update(name) { $0.areNamesSynced = true }
  }

  mutating func synchronizeRoot() throws(Trouble) {
    try hazardOfFolders("synchronise the folder of checkpoints", writes: false)
    durableRoot = root
    changes = []
  }

  private mutating func change(_ change: Change) {
    root.apply(change)
    changes.append(change)
  }

  private mutating func update(_ name: Name, _ body: (inout Folder) -> Void) {
    guard let place = root.names[name] else { preconditionFailure("\(name) is written while it is there") }
    body(&folders[place])
  }

  // MARK: Power

  /// What was not synchronised is lost, or a part of it.
  mutating func cutPower() {
    var isLossy = false
    let kept = durableTransactions + random.below(ledger.count - durableTransactions + 1)
    isLossy = kept < ledger.count
    ledger.removeLast(ledger.count - kept)
    durableTransactions = kept
    let surviving = random.below(changes.count + 1)
    isLossy = isLossy || surviving < changes.count
    for change in changes.prefix(surviving) { durableRoot.apply(change) }
    changes = []
    root = durableRoot
    for place in root.names.values.sorted() {
      var folder = folders[place]
      isLossy = lose(&folder.model, isNamed: folder.areNamesSynced) || isLossy
      isLossy = lose(&folder.manifest, isNamed: folder.areNamesSynced) || isLossy
      folder.areNamesSynced = true
      folders[place] = folder
    }
    if isLossy { tally.count(.unsyncedDataLost) }
  }

  private mutating func lose<Content>(_ file: inout File<Content>?, isNamed: Bool) -> Bool {
    guard file != nil else { return false }
    if !isNamed, random.happens(0.5) {
      file = nil
      return true
    }
    let isTorn = file?.isSynced == false && random.happens(0.5)
    if isTorn { file?.content = nil }
    file?.isSynced = true
    return isTorn
  }
}
