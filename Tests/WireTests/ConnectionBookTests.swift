import Testing
import Wire

/// Which connections are closed when there are too many.
struct ConnectionBookTests {
  private let here = ConnectionSource(bits: 0x7f00_0001)
  private let there = ConnectionSource(bits: 0x0a00_0002)

  /// Accepts connections with these descriptors; the identity of each is ten times its descriptor.
  private func accept(_ descriptors: Range<Int32>, from source: ConnectionSource, in book: inout ConnectionBook) -> [Int32] {
    descriptors.flatMap { book.accept($0, identity: UInt64($0) * 10, from: source, at: 1) }.map(\.descriptor)
  }

  private func connection(_ descriptor: Int32) -> ConnectionBook.Reference {
    ConnectionBook.Reference(descriptor: descriptor, identity: UInt64(descriptor) * 10)
  }

  @Test("The oldest strangers of the busiest source make way") func theOldestStrangersOfTheBusiestSourceMakeWay() {
    var book = ConnectionBook(limits: ConnectionLimits(connections: 100, strangers: 16))
    #expect(accept(0..<3, from: there, in: &book).isEmpty)
    #expect(accept(3..<16, from: here, in: &book).isEmpty)
    // Several go at once.
    #expect(accept(16..<17, from: here, in: &book) == [3, 4, 5])
    #expect(book.strangerCount == 14 && book.count == 14)
    let closed = book.takeClosed()
    #expect(closed.count == 1 && closed[0].reason == .strangers && closed[0].count == 3 && closed[0].source == here)
    #expect(book.takeClosed().isEmpty)
  }

  @Test("Those who spoke stay, and make no room") func thoseWhoSpokeStayAndMakeNoRoom() {
    var book = ConnectionBook(limits: ConnectionLimits(connections: 8, strangers: 4))
    for descriptor in Int32(0)..<8 {
      #expect(accept(descriptor..<descriptor + 1, from: here, in: &book).isEmpty)
      book.know(connection(descriptor))
    }
    #expect(book.strangerCount == 0)
    // There is no room, so whoever comes goes at once.
    #expect(accept(8..<12, from: there, in: &book) == [8, 9, 10, 11])
    book.end(3, at: 1)
    #expect(accept(12..<13, from: there, in: &book).isEmpty)
    #expect(book.takeClosed().map(\.reason) == [.connections])
  }

  @Test("Whoever sent the most without a message goes first") func whoeverSentTheMostWithoutAMessageGoesFirst() {
    var book = ConnectionBook(limits: ConnectionLimits(connections: 8, strangers: 8, strangerBytes: 100))
    _ = accept(0..<4, from: here, in: &book)
    book.know(connection(0))
    func counts(_ bytes: [Int]) -> [(connection: ConnectionBook.Reference, bytes: Int)] {
      bytes.enumerated().map { (ConnectionBook.Reference(descriptor: Int32($0), identity: UInt64($0) * 10), $1) }
    }
    #expect(book.note(counts([1_000, 30, 40, 30])).isEmpty)
    #expect(book.note(counts([1_000, 30, 60, 50])).map(\.descriptor) == [2])
    #expect(book.note(counts([1_000, 30, 60, 50])).isEmpty)
    // What was counted for an earlier connection under the same descriptor is not the new one's.
    _ = book.accept(2, identity: 999, from: here, at: 1)
    #expect(book.note(counts([1_000, 30, 60, 50])).isEmpty)
  }

  @Test("Descriptors are used again") func descriptorsAreUsedAgain() {
    var book = ConnectionBook(limits: ConnectionLimits(connections: 8, strangers: 8))
    _ = book.accept(5, identity: 1, from: here, at: 1)
    _ = book.accept(5, identity: 2, from: here, at: 2)
    // The first port reports late that its connection ended.
    book.end(5, at: 1)
    book.end(ConnectionBook.Reference(descriptor: 5, identity: 1))
    #expect(book.open == [ConnectionBook.Reference(descriptor: 5, identity: 2)])
    book.forget(port: 2)
    #expect(book.count == 0)
    // What is not in the book is passed over.
    book.know(connection(7))
    book.end(7, at: 1)
    #expect(book.count == 0 && book.strangerCount == 0)
  }

  @Test("A word may come before its connection") func aWordMayComeBeforeItsConnection() {
    var book = ConnectionBook(limits: ConnectionLimits(connections: 8, strangers: 8))
    book.know(connection(3))
    _ = accept(3..<5, from: here, in: &book)
    #expect(book.strangerCount == 1)
    // The word was that socket's, and not the next one's.
    book.end(3, at: 1)
    _ = accept(3..<4, from: here, in: &book)
    #expect(book.strangerCount == 2)
  }

  @Test("Without descriptors, half of the strangers go") func withoutDescriptorsHalfOfTheStrangersGo() {
    var book = ConnectionBook(limits: ConnectionLimits(connections: 100, strangers: 16))
    _ = accept(0..<5, from: here, in: &book)
    book.know(connection(0))
    #expect(book.relieve().map(\.descriptor) == [1, 2])
    #expect(book.relieve().map(\.descriptor) == [3])
    #expect(book.takeClosed().map(\.reason) == [.descriptors])
  }

  @Test("The limits leave descriptors to files", arguments: [64, 256, 1_024, 4_096, 20_000, 1 << 20])
  func theLimitsLeaveDescriptorsToFiles(_ descriptors: Int) {
    let limits = ConnectionLimits(descriptors: descriptors)
    #expect(limits.connections == 64 || limits.connections <= descriptors - 320)
    #expect(limits.strangers < limits.connections)
  }

  @Test("Sources have names") func sourcesHaveNames() {
    #expect(here.description == "127.0.0.1")
    #expect(ConnectionSource(isIPv6: true, bits: 0x2001_0db8_0000_00ff).description == "2001:db8:0:ff::/64")
  }
}
