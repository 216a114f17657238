import Foundation
import Runs
import TestSupport
import Testing

@Suite struct ConsoleTests {
  @Test("Why a text is lost is remembered") func whyATextIsLostIsRemembered() throws {
    let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    let console = Console(descriptor: full.fileDescriptor)
    #expect(console.lossReason == nil)
    #expect(!console.deliver(line: "a"))
    #expect(console.lossReason?.hasPrefix("the disk is full ") == true)
  }

  @Test("What is written is not lost") func whatIsWrittenIsNotLost() throws {
    let folder = try ScratchFolder()
    let file = try #require(FileHandle(forWritingAtPath: try folder.file("log", "")))
    let console = Console(descriptor: file.fileDescriptor)
    console.line("a")
    console.write("b")
    #expect(folder.text("log") == "a\nb" && console.lossReason == nil)
  }
}
