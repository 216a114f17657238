import Meaning
import TestSupport

/// Random texts: a fixed sequence for each seed.
///
/// Soup of tokens, well-formed expressions, mutated answers, and texts that are all of one thing, long or deep; some of them within what
/// responses put around answers.
struct FuzzTexts {
  private var random: SeededRandom
  private var bytes: [UInt8] = []
  private let answers: [[UInt8]]

  private static let answers = FuzzPieces.answers.map { Array($0.utf8) }
  private static let tokens = FuzzPieces.tokens.map { Array($0.utf8) }
  private static let nestings = FuzzPieces.nestings.map { (open: Array($0.open.utf8), close: Array($0.close.utf8)) }
  private static let repeated = FuzzPieces.repeated.map { Array($0.utf8) }

  /// The longest text, in bytes.
  static let longest = 10_240

  /// Texts made of the built-in answers and of `others`.
  init(seed: UInt64, others: [[UInt8]]) {
    random = SeededRandom(state: seed)
    answers = Self.answers + others
    bytes.reserveCapacity(2 * Self.longest)
  }

  /// The next text.
  mutating func next() -> String {
    bytes.removeAll(keepingCapacity: true)
    switch random.below(400) {
    case 0..<2: extreme()
    case 2..<100: soup(1 + random.below(24))
    case 100..<150: expression(depth: 1 + random.below(5))
    case 150..<165: noise()
    default:
      bytes += answers[random.below(answers.count)]
      for _ in 0...random.below(3) { mutate() }
    }
    if random.once(in: 5) { surround() }
    if bytes.count > Self.longest { bytes.removeSubrange(Self.longest...) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func soup(_ count: Int) {
    for _ in 0..<count { bytes += Self.tokens[random.below(Self.tokens.count)] }
  }

  /// Random bytes, which decoding makes text of, or random characters of all planes.
  private mutating func noise() {
    let count = 1 + random.below(30)
    if random.once(in: 2) {
      for _ in 0..<count { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
    } else {
      for _ in 0..<count { scalar() }
    }
  }

  private mutating func scalar() {
    let bound = random.once(in: 2) ? 0x300 : 0x110000
    let value = UInt32(random.below(bound))
    bytes += Array(String(Character(Unicode.Scalar(value) ?? "\u{FFFD}")).utf8)
  }

  /// Long or deep: one piece repeated, or a nesting around an answer, closed or not.
  private mutating func extreme() {
    let size = 1 + random.below(random.once(in: 4) ? Self.longest : 1_000)
    switch random.below(3) {
    case 0:
      let piece = Self.repeated[random.below(Self.repeated.count)]
      while bytes.count < size { bytes += piece }
    case 1:
      while bytes.count < size { bytes.append(UInt8(ascii: "0") + UInt8(random.below(10))) }
      if random.once(in: 2) { bytes[random.below(bytes.count)] = UInt8(ascii: random.once(in: 2) ? "." : "/") }
    default:
      // Up to three kinds in turn.
      let kinds = (0...random.below(3)).map { _ in Self.nestings[random.below(Self.nestings.count)] }
      let depth = size / (1 + kinds.reduce(0) { $0 + $1.open.count + $1.close.count })
      for _ in 0..<depth { for kind in kinds { bytes += kind.open } }
      bytes += answers[random.below(answers.count)]
      if random.once(in: 5) { return }
      for _ in 0..<depth { for kind in kinds.reversed() { bytes += kind.close } }
    }
  }

  /// A well-formed expression.
  private mutating func expression(depth: Int) {
    guard depth > 0 else {
      switch random.below(4) {
      case 0: append(String(random.below(20)))
      case 1: append(String(random.below(100_000)) + "." + String(random.below(1_000)))
      case 2: append(["x", "y", "n", "\\pi", "e", "i"][random.below(6)])
      default: append(String(random.below(2_000)))
      }
      return
    }
    if random.once(in: 2) {
      expression(depth: depth - 1)
      append(["+", "-", "\\cdot ", "/", ",", " ", "=", "<", "^", "\\cup ", "\\pm "][random.below(11)])
      expression(depth: random.below(depth))
    } else {
      let nesting = Self.nestings[random.below(Self.nestings.count)]
      bytes += nesting.open
      expression(depth: depth - 1)
      bytes += nesting.close
    }
  }

  private mutating func append(_ text: String) { bytes += Array(text.utf8) }

  /// One small change, anywhere between bytes.
  private mutating func mutate() {
    let place = random.below(bytes.count + 1)
    let end = min(bytes.count, place + random.below(8))
    switch random.below(9) {
    case 0: bytes.removeSubrange(place..<end)
    case 1: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
    case 2: bytes.insert(contentsOf: Self.tokens[random.below(Self.tokens.count)], at: place)
    case 3: bytes.replaceSubrange(place..<end, with: Self.tokens[random.below(Self.tokens.count)])
    case 4 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
    case 5:
      let other = answers[random.below(answers.count)]
      bytes.replaceSubrange(place..., with: other[random.below(other.count + 1)...])
    case 6 where end > place: bytes.swapAt(place, end - 1)
    case 7:
      let digits = (0...random.below(12)).map { _ in UInt8(ascii: "0") + UInt8(random.below(10)) }
      bytes.insert(contentsOf: digits, at: place)
    default:
      let nesting = Self.nestings[random.below(Self.nestings.count)]
      bytes.insert(contentsOf: nesting.close, at: end)
      bytes.insert(contentsOf: nesting.open, at: place)
    }
  }

  /// What responses put around answers.
  private mutating func surround() {
    let frames = [
      ("\\boxed{", "}"), ("So $\\boxed{", "}$."), ("The answer is ", "."), ("Final answer: ", "\n"), ("#### ", ""),
      ("<answer>", "</answer>"),
      ("$", "$"), ("**Final Answer**: ", ""), ("\\fbox{", "}"), ("x\n\\[\\boxed{", "}\\]\ny"),
      ("The answer is:\n```\n", "\n```\nDone."), ("**Final Answer**\n\n$$\n", "\n$$"), ("<think>", "</think>The answer is 5."),
      ("The answer is ", ", which is right."), ("Answer:\n\\begin{align*}\n", "\n\\end{align*}"),
      ("The answer is 5. The answer is ", " and so on"),
    ]
    let frame = frames[random.below(frames.count)]
    bytes.insert(contentsOf: Array(frame.0.utf8), at: 0)
    append(frame.1)
  }
}
