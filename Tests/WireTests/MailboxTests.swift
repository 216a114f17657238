import Testing
import Wire

@Suite struct MailboxTests {
  @Test("Keeps order and refuses beyond its capacity") func keepsOrderAndRefusesBeyondItsCapacity() throws {
    let mailbox = Mailbox<Int>(capacity: 2, wake: try Wake())
    #expect(mailbox.post(1))
    #expect(mailbox.post(2))
    #expect(!mailbox.post(3))
    #expect(mailbox.drain() == [1, 2])
    #expect(mailbox.drain().isEmpty)
    #expect(mailbox.post(4))
  }
}
