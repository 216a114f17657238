/// The people and things of one question.
struct Cast: Sendable, Equatable {
  /// Something countable, by its plural; the singular drops the final "s".
  struct Thing: Sendable, Equatable {
    let plural: String
    var singular: String { String(plural.dropLast()) }
  }

  static let names = ["Tom", "Ann", "Sam", "Mia", "Ben", "Eva", "Max", "Zoe"]
  static let things = ["apples", "pens", "books", "cards", "coins", "eggs", "balls", "cups"].map(Thing.init(plural:))

  let name: String
  /// Another person than `name`.
  let otherName: String
  let thing: Thing
  /// Another thing than `thing`.
  let otherThing: Thing

  init(random: inout RandomWords) {
    let (name, otherName) = Self.pair(count: Self.names.count, random: &random)
    let (thing, otherThing) = Self.pair(count: Self.things.count, random: &random)
    self.init(name: name, otherName: otherName, thing: thing, otherThing: otherThing)
  }

  /// The cast made of the names and things with these indices.
  init(name: Int, otherName: Int, thing: Int, otherThing: Int) {
    self.name = Self.names[name]
    self.otherName = Self.names[otherName]
    self.thing = Self.things[thing]
    self.otherThing = Self.things[otherThing]
  }

  private static func pair(count: Int, random: inout RandomWords) -> (Int, Int) {
    let first = random.below(count)
    let second = random.below(count - 1)
    return (first, second < first ? second : second + 1)
  }
}
