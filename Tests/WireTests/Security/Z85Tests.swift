import Testing
import Wire

@Suite("Z85")
struct Z85Tests {
  @Test("The specification's example is written and read")
  func specification() {
    let bytes: [UInt8] = [0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b]
    #expect(Z85.encode(bytes) == "HelloWorld")
    #expect(Z85.decode("HelloWorld") == bytes)
  }

  @Test("Every group of four bytes survives, the outermost ones included")
  func everyValue() {
    for byte in UInt8.min...UInt8.max {
      let bytes: [UInt8] = [byte, byte &+ 1, ~byte, byte, 0, 0, 0, byte, 255, 255, 255, byte]
      #expect(Z85.decode(Z85.encode(bytes)) == bytes)
    }
    #expect(Z85.decode("%nSc0") == [255, 255, 255, 255])
    #expect(Z85.encode([]) == "")
    #expect(Z85.decode("") == [])
  }

  @Test(
    "What is no text of whole groups is refused",
    arguments: [
      "Hell", "HelloW", "Hello Worl", "Hello\"orld", "Hello,orld", "Hello;orld", "Hello_orld", "Hello'orld", "Hello`orld", "Hello|orld",
      "Hello~orld", "Hello\\orld", "Hell\u{e4}Worl",
    ])
  func refused(_ text: String) {
    #expect(Z85.decode(text) == nil)
  }

  @Test("A character outside the alphabet is refused wherever it stands, a zero and what is none of ASCII's included")
  func alphabet() {
    let alphabet = Set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".unicodeScalars)
    for value in UInt32(0)...0x7f {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for place in 0..<10 {
        var text = Array("0000000000".unicodeScalars)
        text[place] = scalar
        let read = Z85.decode(String(String.UnicodeScalarView(text)))
        // The two highest digits are beyond 32 bits where a group begins.
        let isHigh = place % 5 == 0 && (scalar == "$" || scalar == "#")
        #expect((read != nil) == (alphabet.contains(scalar) && !isHigh), "\(value) at \(place)")
      }
    }
    // A question mark of another script is equal to a semicolon in Swift, and three more bytes make a group of five.
    #expect(Z85.decode("Hell\u{37e}Worl") == nil && Z85.decode("00\u{212a}") == nil)
  }

  @Test("A group beyond 32 bits is refused", arguments: ["%nSc1", "#####", "%####", "Hello%nSc1"])
  func overflow(_ text: String) {
    #expect(Z85.decode(text) == nil)
  }
}
