import Foundation
import TestSupport
import Testing

/// The house's page against the sources.
@Suite("House")
struct HouseTests {
  /// What each room may import of ours, as the table of Sources/README.md has it.
  private static func page() throws -> [String: Set<String>] {
    let text = try String(contentsOfFile: TestFiles.package("Sources/README.md"), encoding: .utf8)
    var rooms: [String: Set<String>] = [:]
    for line in text.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map(names)
      guard cells.count == 3, let allowed = cells.last else { continue }
      for room in cells[0] { rooms[room] = Set(allowed) }
    }
    return rooms
  }

  /// The names between backquotes.
  private static func names(_ cell: Substring) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// The modules that the files of a folder import.
  private static func imports(below folder: String) -> Set<String> {
    var found: Set<String> = []
    let files = FileManager.default.enumerator(atPath: folder)
    while let name = files?.nextObject() as? String {
      guard name.hasSuffix(".swift"), let text = try? String(contentsOfFile: folder + "/" + name, encoding: .utf8) else { continue }
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        let start = ["public", "package", "internal", "private", "fileprivate"].contains(words.first) ? 1 : 0
        guard words.count > start + 1, words[start] == "import" else { continue }
        found.insert(String(words.last?.split(separator: ".").first ?? ""))
      }
    }
    return found
  }

  @Test("Every room stands in the table, and every row of the table is a room")
  func rooms() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: TestFiles.package("Sources")).filter { $0 != "README.md" }
    #expect(try Set(Self.page().keys) == Set(folders))
  }

  @Test("A room imports of ours what the table allows, and nothing is allowed that no file of it imports")
  func imports() throws {
    let page = try Self.page()
    for (room, allowed) in page {
      let ours = Self.imports(below: TestFiles.package("Sources/\(room)")).intersection(page.keys).subtracting([room])
      #expect(ours == allowed, "\(room): beyond the table \(ours.subtracting(allowed)), unused \(allowed.subtracting(ours))")
    }
  }

  @Test("A room's first comment, in the file of its name, says what it is")
  func comments() throws {
    for room in try Self.page().keys where !room.hasPrefix("C") || room == "Cluster" || room == "ChatTemplates" {
      let name = room == "empo" ? "empo/CommandLine/Empo" : "\(room)/\(room)"
      let text = try? String(contentsOfFile: TestFiles.package("Sources/\(name).swift"), encoding: .utf8)
      #expect(text?.hasPrefix("//") == true, "Sources/\(name).swift begins with no comment about \(room)")
    }
  }

  @Test("Each room that has tests keeps them in a folder of its name")
  func tests() throws {
    let support: Set = ["NumericTestSupport", "SimulationSupport", "Simulate", "TestSupport", "README.md"]
    let folders = try Set(FileManager.default.contentsOfDirectory(atPath: TestFiles.package("Tests"))).subtracting(support)
    let rooms = try Self.page().keys
    for folder in folders {
      #expect(folder.hasSuffix("Tests") && rooms.contains(String(folder.dropLast("Tests".count))), "Tests/\(folder) mirrors no room")
    }
  }
}
