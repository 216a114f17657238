/// The closed lists of words by which extraction tells a stated answer from what is said about one. All are in lower case.
enum AnswerWords {
  /// What stands between "answer" and the answer, as sequences of words; "the answer is 5" is the shortest.
  static let verbs: [String: [[String]]] = Dictionary(grouping: [
    ["is", "equal", "to"], ["is"], ["was"], ["equals"], ["becomes"], ["must", "be"], ["must", "equal"], ["would", "be"], ["should", "be"],
    ["will", "be"], ["shall", "be"], ["has", "to", "be"], ["have", "to", "be"], ["needs", "to", "be"], ["ought", "to", "be"],
    ["can", "only", "be"], ["can", "be", "written", "as"], ["can", "be", "expressed", "as"], ["turns", "out", "to", "be"],
    ["comes", "out", "to", "be"], ["comes", "out", "to"], ["comes", "out", "as"],
    ["comes", "to"], ["works", "out", "to", "be"], ["works", "out", "to"], ["amounts", "to"], ["evaluates", "to"], ["simplifies", "to"],
    ["reduces", "to"],
  ]) { $0[0] }

  /// First words of verbs that say what must hold: of "must be even" nothing is stated, "is even" may be an answer.
  static let modals: Set<String> = ["must", "would", "should", "will", "shall", "has", "have", "needs", "ought", "can"]

  /// What may stand between "answer" and its verb first: "the answer to this question is 5", "the answer we get is 5".
  static let complements: Set<String> = ["to", "for", "of", "we", "i", "that", "here", "then"]

  /// Words before "answer" in a heading, `**The Final Answer**`.
  static let headings: Set<String> = [
    "final", "the", "my", "our", "your", "correct", "exact", "short", "numerical", "numeric", "complete", "simplified", "so", "textbf",
    "textit", "text",
    "section", "subsection", "paragraph", "boxed", "bf", "step", "part", "and", "solution", "summary", "conclusion", "b", "strong", "h",
  ]

  /// Adverbs between the verb and the answer: "is therefore 5", "is, of course, 5".
  static let adverbs: Set<String> = [
    "therefore", "thus", "hence", "then", "so", "simply", "just", "indeed", "also", "clearly", "now", "still", "again", "obviously",
    "finally",
    "actually", "only", "exactly", "definitely", "certainly", "probably", "likely", "absolutely", "crystal", "really", "surely",
    "consequently",
    "accordingly",
    "quite", "very", "perfectly", "entirely", "completely", "totally", "fully", "mathematically", "logically", "presumably", "of course",
    "in fact", "always", "usually", "generally",
    "once again", "once more", "as expected", "as required",
  ]

  /// Words that deny: "the answer is not 5" states nothing.
  static let negations: Set<String> = ["not", "never", "neither", "cannot"]

  /// What "not" makes an answer of: "the answer is not possible".
  static let negatedAnswers: Set<String> = ["enough", "possible", "applicable", "sufficient", "determinable"]

  /// Judgements on an answer: "the answer is correct". They count as such only where the sentence ends, or goes on with a ``connectives`` word.
  static let judgements: Set<String> = [
    "correct", "right", "wrong", "incorrect", "accurate", "inaccurate", "clear", "unclear", "valid", "invalid", "reasonable",
    "unreasonable",
    "consistent", "inconsistent", "plausible", "implausible", "sensible", "sound", "obvious", "evident", "apparent", "straightforward",
    "ok", "okay",
    "acceptable", "appropriate", "suitable", "satisfactory", "unique", "complete", "incomplete", "final", "ready", "ambiguous",
    "unambiguous", "logical",
    "precise", "exact", "approximate", "close", "here", "there", "above", "below", "done", "proper", "legitimate", "justified", "mistaken",
    "flawed",
    "erroneous", "faulty", "trustworthy", "reliable", "doubtful", "questionable", "uncertain", "intuitive", "helpful", "useful", "perfect",
    "important", "confirmed", "verified", "checked", "validated", "proven", "proved", "missing", "definite",
  ]

  /// Participles that tell how the answer came about: "the answer is found by adding". With "by", "as" or "to be" and a value they lead to it.
  static let participles: Set<String> = [
    "found", "obtained", "calculated", "computed", "derived", "given", "determined", "reached", "expressed", "written", "rounded",
    "measured",
    "verified", "confirmed", "checked", "based", "simplified", "stated", "shown", "supported", "boxed", "provided", "listed", "explained",
    "needed",
    "required", "expected", "supposed", "meant", "proven", "proved", "validated", "estimated", "displayed", "presented", "enclosed",
    "correctly",
    "properly", "wrongly", "incorrectly", "accurately", "represented", "denoted", "described", "considered", "accepted", "reported",
    "formatted",
    "well", "left",
  ]

  /// What follows a judgement that goes on: "the answer is correct because …".
  static let connectives: Set<String> = [
    "and", "but", "because", "since", "as", "so", "for", "when", "if", "with", "to", "in", "by", "given", "from", "now", "here", "too",
    "or", "that",
    "this", "at", "on", "up", "based", "according", "after", "under", "using", "enough", "unless", "indeed", "then", "regardless", "though",
    "although",
    "while", "we", "i", "it", "you", "per", "than", "also", "yet", "either", "only", "is", "was", "anyway", "again", "already", "overall",
    "about",
    "within", "without", "except", "there", "where", "of", "how", "unlike", "before",
  ]

  /// Words behind "in" that name how an answer is written: "the answer is in meters", "in simplest form".
  static let manners: Set<String> = [
    "terms", "simplest", "lowest", "reduced", "simplified", "square", "cubic", "units", "unit", "decimal", "decimals", "fraction",
    "fractional",
    "scientific", "standard", "exact", "boxed", "this", "that", "our", "your", "my", "its", "line", "agreement", "accordance", "percent",
    "percentage",
    "meters", "metres", "meter", "metre", "centimeters", "centimetres", "millimeters", "millimetres", "kilometers", "kilometres", "miles",
    "mile",
    "feet", "foot", "inches", "yards", "dollars", "cents", "euros", "pounds", "rupees", "hours", "minutes", "seconds", "days", "weeks",
    "months",
    "years", "degrees", "radians", "grams", "kilograms", "tons", "tonnes", "ounces", "liters", "litres", "gallons", "milliliters", "joules",
    "newtons",
    "watts", "volts", "kelvin", "celsius", "moles", "bits", "bytes", "m", "cm", "mm", "km", "kg", "g", "s", "ms", "ml", "l", "ft", "mph",
    "kmh",
    "general", "integer", "integers", "whole", "binary", "hexadecimal", "base", "radical", "interval", "set", "vector", "polar",
    "rectangular",
    "canonical", "closed", "factored", "expanded", "mixed", "numbers", "words", "thousands", "millions", "billions", "doubt", "question",
    "dispute",
    "place", "order", "parentheses", "latex", "bold",
  ]

  /// Words behind "in the" that do.
  static let mannersWithArticle: Set<String> = [
    "form", "correct", "right", "required", "requested", "desired", "format", "units", "unit", "simplest", "same", "box", "range",
    "specified", "given",
    "proper", "appropriate", "expected", "standard", "final", "lowest", "boxed", "decimal", "question", "end", "answer",
  ]

  /// Properties of numbers: with a modal verb they are constraints, with "is" they may be the answer where no other is stated.
  static let properties: Set<String> = [
    "even", "odd", "positive", "negative", "nonnegative", "nonzero", "non", "prime", "composite", "integral", "real", "rational",
    "irrational",
    "divisible", "less", "greater", "more", "fewer", "smaller", "larger", "bigger", "higher", "lower", "between", "finite", "infinite",
    "bounded",
    "symmetric", "independent", "simple", "easy", "hard", "difficult", "tricky", "good", "fine", "great", "off", "interesting",
    "surprising", "sure",
    "impressive", "dependent", "different", "distinct", "equal", "constant", "whole", "one", "at", "within", "above", "below",
    "simplified", "large", "small", "big", "high", "low", "near", "unchanged", "coprime", "nonempty", "proportional", "invariant",
  ]

  /// Beginnings that describe an answer by its kind: "the answer is an integer".
  static let kinds: [[String]] = [
    ["an", "integer"], ["a", "whole", "number"], ["a", "number"], ["a", "positive"], ["a", "negative"], ["a", "single"], ["a", "multiple"],
    ["a", "real"], ["a", "rational"], ["a", "fraction"], ["an", "even"], ["an", "odd"], ["a", "prime"], ["a", "unique"], ["a", "factor"],
    ["a", "divisor"], ["a", "natural"], ["an", "irrational"], ["a", "function"], ["an", "expression"], ["a", "two"], ["a", "three"],
    ["the", "same"],
    ["what", "we"], ["what", "you"], ["what", "was"], ["what", "i"], ["what", "the"], ["one", "of"], ["some", "number"], ["in"],
    ["to", "be"],
    ["supposed", "to"], ["going", "to"], ["too"],
  ]

  /// First words of what describes an answer without digits or mathematics: "the answer is the sum of both", "is to add them".
  static let descriptions: Set<String> = [
    "the", "that", "this", "to", "what", "how", "when", "where", "why", "whatever", "double", "my", "our",
  ]

  /// Words that head a section rather than answer: `#### Verification`.
  static let sections: Set<String> = [
    "verification", "verify", "check", "checking", "conclusion", "explanation", "summary", "solution", "reasoning", "analysis", "step",
    "steps", "note", "notes", "approach", "method", "proof", "calculation", "calculations", "final", "introduction", "example", "result",
    "results", "given", "find", "discussion", "remark", "remarks", "problem", "question", "interpretation", "details", "overview",
  ]

  /// What follows "when" or "after" where it begins prose: "5 after rounding".
  static let endsOfAfter: Set<String> = ["rounding", "rounded", "simplifying", "simplified", "simplification", "reduced", "reducing"]

  /// What follows "I" where a remark begins: "5, I think".
  static let opinions: Set<String> = ["think", "believe", "guess", "suppose", "hope", "assume", "am"]

  /// The words that openers consist of: "given by:", "as follows:", "the following expression:".
  static let openers: Set<String> = [
    "given", "by", "as", "follows", "the", "following", "shown", "below", "this", "here", "in", "equation", "expression", "value", "values",
    "number",
    "numbers", "formula", "result", "written", "stated", "displayed", "listed", "presented", "expressed", "found", "calculated", "computed",
    "is",
    "simply", "therefore", "thus", "then", "be", "a", "an", "interval", "set", "matrix", "vector", "fraction", "form", "final",
    "simplified",
    "simplest", "boxed", "box", "ordered", "pair", "integer", "code", "to", "of", "quantity", "exact", "numerical", "option", "choice",
    "one", "like",
    "represented", "and", "just", "obtained", "derived", "block", "provided", "described", "summarized", "next", "line", "can", "letter",
    "note",
  ]

  /// The words of these by which an opener points at what follows even without a colon.
  static let pointers: Set<String> = ["follows", "following", "below", "by", "this"]

  /// What a period may stand behind within an answer, in its case.
  static let abbreviations: Set<String> = [
    "Dr", "Mr", "Mrs", "Ms", "St", "Prof", "Mt", "approx", "ca", "vs", "cf", "Gen", "Lt", "Col", "Capt",
  ]

  /// What makes a statement of the answer a supposition: "if the answer is 5".
  static let suppositions: Set<String> = ["if", "whether", "suppose", "supposing", "assume", "assuming", "unless", "imagine"]

  /// What begins prose behind a comma: "5, since 2 + 3 = 5".
  static let proseBehindComma: Set<String> = [
    "which", "since", "because", "so", "as", "therefore", "where", "thus", "hence", "giving", "making", "meaning", "who", "whose", "while",
    "though",
    "although", "assuming", "given", "but", "rounded", "obtained", "i.e", "e.g", "corresponding", "confirming", "considering",
    "representing", "showing", "with",
    "matching", "when", "that", "after", "consistent", "using", "right", "correct", "is", "please", "indicating", "due", "based", "not",
  ]

  /// What begins prose behind a blank alone.
  static let proseBehindBlank: Set<String> = ["because", "since", "which", "whereas", "but", "although", "though"]

  /// What begins prose behind a blank only where a value stands before it: "5 so x = 5".
  static let proseBehindValue: Set<String> = ["so", "therefore", "thus", "hence", "where"]

  /// What follows "as" where it begins prose without a comma: "5 as required".
  static let endsOfAs: Set<String> = [
    "required", "desired", "expected", "shown", "needed", "claimed", "stated", "above", "before", "we", "the", "calculated", "computed",
    "requested",
    "asked", "wanted", "it", "this", "well", "follows", "mentioned", "given", "derived", "found", "per", "there", "each", "all", "you",
    "determined",
    "demonstrated", "explained", "noted", "our",
  ]

  /// Beginnings of a clause behind "and", "so" or ";": what follows is a sentence of its own, not another answer.
  static let clauses: Set<String> = [
    "i", "we", "this", "that", "it", "the", "which", "so", "you", "they", "he", "she", "there", "hence", "thus", "therefore", "my", "our",
    "its",
    "these", "those", "is", "was", "can", "let", "here", "then", "clearly", "not", "if", "since", "because", "as", "i'm", "it's", "that's",
    "we're",
    "indeed", "of", "yes", "no", "also", "has", "matches", "satisfies", "should", "would",
  ]

  /// Words in parentheses, or behind a dash, that belong to mathematics: "3 (mod 7)", "101 (base 2)", "2 - sin x".
  static let mathematics: Set<String> = [
    "mod", "base", "pi", "sin", "cos", "tan", "cot", "sec", "csc", "log", "ln", "lg", "exp", "sqrt", "arcsin", "arccos", "arctan", "sinh",
    "cosh",
    "tanh", "max", "min", "gcd", "lcm", "det", "infinity", "inf", "theta", "alpha", "beta", "gamma", "lambda", "phi", "abs", "floor",
    "ceil", "frac",
    "cbrt",
  ]

  /// Short words that may begin prose in parentheses; longer ones may without a list.
  static let shortWords: Set<String> = [
    "or", "as", "in", "to", "by", "we", "if", "it", "an", "a", "is", "i", "so", "at", "on", "no", "for", "the", "of", "not", "e.g", "i.e",
  ]

  /// Words that hold the place of an answer: `\boxed{answer}` repeats the instruction.
  static let placeholders: Set<String> = [
    "answer", "youranswer", "finalanswer", "theanswer", "answerhere", "youranswerhere", "insertanswer", "insertanswerhere",
    "insertyouranswerhere",
    "yourfinalanswer", "yourfinalanswerhere", "thefinalanswer", "finalanswerhere", "putanswerhere", "putyouranswerhere",
  ]
}
