/// One word problem: a family with its numbers, people, things and suffix.
struct Problem: Sendable {
  let family: Family
  let numbers: [Int]
  let cast: Cast
  let suffix: Suffix

  init(family: Family, numbers: [Int], cast: Cast, suffix: Suffix) {
    self.family = family
    self.numbers = numbers
    self.cast = cast
    self.suffix = suffix
  }

  /// Draws a problem of a family whose numbers belong to the split.
  init(family: Family, suffix: Suffix, split: Split, random: inout RandomWords) {
    var numbers = family.draw(&random)
    while Split(family: family.name, numbers: numbers) != split {
      numbers = family.draw(&random)
    }
    self.init(family: family, numbers: numbers, cast: Cast(random: &random), suffix: suffix)
  }

  /// Draws a problem of any family and suffix, uniformly.
  init(split: Split, random: inout RandomWords) {
    let family = random.element(of: Family.all)
    let suffix = random.element(of: Suffix.allCases)
    self.init(family: family, suffix: suffix, split: split, random: &random)
  }

  var question: String { family.text(numbers, cast) + suffix.text }
  var steps: [Step] { family.steps(numbers) }
  var answer: Int { Working(steps).answer }
}
