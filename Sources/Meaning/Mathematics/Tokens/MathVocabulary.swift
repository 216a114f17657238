/// What names mean.
enum MathVocabulary {
  /// Commands of LaTeX by their names.
  static let commands: [String: MathToken] = {
    var table: [String: MathToken] = [
      "frac": .fraction, "dfrac": .fraction, "tfrac": .fraction, "cfrac": .fraction, "sfrac": .fraction, "nicefrac": .fraction,
      "sqrt": .squareRoot, "binom": .binomial, "dbinom": .binomial, "tbinom": .binomial, "over": .over, "choose": .choose,
      "overline": .overline, "det": .determinant, "sum": .series(.sum), "prod": .series(.product), "bar": .overline, "dot": .overline,
      "log": .logarithm, "lg": .logarithm,
      "pi": .constant(.pi), "infty": .constant(.infinity), "infin": .constant(.infinity),
      "imath": .constant(.i), "angle": .object, "measuredangle": .object, "triangle": .object, "square": .object, "odot": .object,
      "arc": .object, "overarc": .object,
    ]
    let symbols: [String: MathToken.Symbol] = [
      "pm": .plusMinus, "mp": .minusPlus, "times": .times, "cdot": .times, "ast": .times, "star": .times, "bullet": .times, "div": .divide,
      "colon": .colon, "ratio": .colon,
      "circ": .degree, "degree": .degree, "prime": .prime, "percent": .percent, "%": .percent,
      "ldots": .ellipsis, "dots": .ellipsis, "cdots": .ellipsis, "dotsc": .ellipsis, "dotsb": .ellipsis,
      "{": .openSet, "}": .closeSet, "lbrace": .openSet, "rbrace": .closeSet, "lbrack": .openBracket, "rbrack": .closeBracket,
      "lparen": .openParenthesis, "rparen": .closeParenthesis, "langle": .openAngle, "rangle": .closeAngle,
      "lvert": .openBar, "rvert": .closeBar, "lVert": .openBar, "rVert": .closeBar, "vert": .bar, "Vert": .bar, "|": .bar, "mid": .bar,
      "lfloor": .openFloor, "rfloor": .closeFloor, "lceil": .openCeiling, "rceil": .closeCeiling, "\\": .newRow, "cr": .newRow,
      "ne": .notEqual, "neq": .notEqual, "le": .lessOrEqual, "leq": .lessOrEqual, "leqslant": .lessOrEqual, "leqq": .lessOrEqual,
      "ge": .greaterOrEqual, "geq": .greaterOrEqual, "geqslant": .greaterOrEqual, "geqq": .greaterOrEqual, "lt": .less, "gt": .greater,
      "approx": .approximately, "simeq": .approximately, "equiv": .equal, "cong": .equal, "coloneqq": .equal,
      "in": .element, "cup": .union, "bigcup": .union, "cap": .intersection, "bigcap": .intersection, "setminus": .without,
      "smallsetminus": .without, "backslash": .without, "emptyset": .emptySet, "varnothing": .emptySet, "O": .emptySet,
      "top": .transpose, "intercal": .transpose, "land": .and, "wedge": .and, "lor": .or, "vee": .or,
    ]
    for (name, symbol) in symbols { table[name] = .symbol(symbol) }
    for function in Expression.Function.allCases { table[function.rawValue] = .function(function) }
    table["log"] = .logarithm
    table["arg"] = .function(.argument)
    for name in ["mod", "bmod"] { table[name] = .function(.modulo) }
    for name in ["floor", "ceil", "abs", "factorial", "binomial", "sign", "real", "imaginary", "argument", "conjugate", "modulo"] {
      table[name] = nil
    }
    table.merge(greekLetters.map { ($0, .letter($0)) }) { $1 }
    table["ell"] = .letter("l")
    return table
  }()

  /// Greek letters that are variables, by their commands' names; π is a number.
  static let greekLetters = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "rho",
    "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi",
    "Psi", "Omega", "varepsilon", "vartheta", "varphi", "varrho", "varsigma", "hbar", "nabla", "partial",
  ]

  /// Words outside of text that aren't products of variables.
  static let words: [String: MathToken] = {
    var table: [String: MathToken] = [
      "sqrt": .squareRoot, "cbrt": .cubeRoot, "pi": .constant(.pi), "inf": .constant(.infinity), "infty": .constant(.infinity),
      "infinity": .constant(.infinity), "oo": .constant(.infinity), "log": .logarithm, "lg": .logarithm,
      "asin": .function(.arcsin), "acos": .function(.arccos), "atan": .function(.arctan), "ceiling": .function(.ceil),
      "and": .symbol(.and), "or": .symbol(.or), "percent": .symbol(.percent), "percentage": .symbol(.percent), "pct": .symbol(.percent),
      "times": .symbol(.times),
      "mod": .function(.modulo), "union": .symbol(.union),
    ]
    let functions: [Expression.Function] = [
      .sin, .cos, .tan, .cot, .sec, .csc, .arcsin, .arccos, .arctan, .sinh, .cosh, .tanh, .exp, .ln, .abs, .floor, .ceil, .gcd, .lcm, .min,
      .max,
    ]
    for function in functions { table[function.rawValue] = .function(function) }
    for name in greekLetters where name.first?.isLowercase == true && name.utf8.count > 2 { table[name] = .letter(name) }
    for unit in units { table[unit] = .word(unit) }
    table["det"] = .determinant
    return table
  }()

  /// Words in text that are more than words.
  static let textWords: [String: MathToken] = [
    "and": .symbol(.and), "or": .symbol(.or), "percent": .symbol(.percent), "percentage": .symbol(.percent),
    "infinity": .constant(.infinity),
  ]

  /// Units whose names could as well be products of variables.
  static let shortUnits: Set<String> = [
    "cm", "mm", "km", "nm", "kg", "mg", "ml", "lb", "oz", "ft", "yd", "mi", "hr", "ms", "cc", "mol", "rad",
  ]

  /// Units that a number may carry without being marked as text.
  static let units: Set<String> = [
    "lbs", "mph", "kph", "kmh", "hrs", "mins", "secs", "mL", "kW", "MW", "kJ", "MJ", "eV", "keV", "MeV", "GeV", "Hz", "kHz", "MHz",
    "GHz", "Pa", "kPa", "atm", "kmol", "deg", "kcal", "erg", "dyn", "kpc", "Mpc", "yrs", "Gyr", "Myr", "am", "pm", "AM", "PM", "USD", "EUR",
    "GBP", "cents", "inch", "inches", "feet", "foot", "yards", "miles", "mile", "meters", "meter", "metres", "hours", "hour", "minutes",
    "minute", "seconds", "second", "days", "day", "weeks", "week", "months", "month", "years", "year", "degrees", "degree", "dollars",
    "dollar", "units", "unit", "square", "cubic", "per", "grams", "gram", "liters", "liter", "litres", "pounds", "people", "ways", "points",
    "times",
  ]

  /// Products of two variables that have another meaning in other places.
  static let ambiguousProducts: Set<String> = ["ln", "lg", "am", "pm"]

  /// Fonts of mathematics: what is in their braces keeps its meaning, but letters in a row are a word.
  static let mathematicsFonts: Set<String> = [
    "mathbf", "mathit", "mathsf", "mathtt", "mathnormal", "mathcal", "mathfrak", "mathscr", "boldsymbol", "bm",
    "vec", "hat", "widehat", "tilde", "widetilde", "fbox", "boxed", "ensuremath", "overrightarrow", "underline", "cancel", "mathbb", "bold",
    "pmb", "mathop",
  ]

  /// Upright fonts: what isn't a number with a name is a word, down to a single letter, as units are.
  static let uprightFonts: Set<String> = ["mathrm", "operatorname", "unit"]

  /// Fonts of text: letters are words.
  static let textFonts: Set<String> = [
    "text", "textbf", "textit", "textrm", "textsf", "texttt", "textnormal", "textsc", "mbox", "hbox", "emph", "textup",
  ]

  /// Commands that change nothing but size, style and space.
  static let invisible: Set<String> = declarations.union([
    "displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "bigg", "Bigg", "biggl",
    "biggr", "Biggl", "Biggr", "bigm", "middle", "limits", "nolimits", "displaylimits", "!", "hfill", "bf", "it", "nonumber", "hline",
    "left", "right", "(", ")", "[", "]", "$", "pounds", "euro", "strut", "mathstrut", "noindent", "allowbreak", "nobreak", "hfil", "relax",
    "mathopen", "mathclose", "mathord", "mathrel", "mathbin", "mathpunct", "mathinner",
  ])

  /// Commands that change the looks of what follows them in their group.
  static let declarations: Set<String> = [
    "tiny", "scriptsize", "footnotesize", "small", "normalsize", "large", "Large", "LARGE", "huge", "Huge", "color", "bf", "it", "rm", "sf",
    "tt", "sl", "sc", "bfseries", "mdseries", "itshape", "upshape", "rmfamily", "sffamily", "ttfamily", "normalfont", "displaystyle",
    "textstyle", "scriptstyle", "scriptscriptstyle", "boldmath", "centering",
  ]

  /// Commands whose first arguments, so many, are colors, lengths, names, or what isn't printed.
  static let arguments: [String: Int] = [
    "textcolor": 1, "color": 1, "colorbox": 1, "fcolorbox": 2, "hspace": 1, "vspace": 1, "mspace": 1, "hskip": 1, "vskip": 1, "mskip": 1,
    "kern": 1, "mkern": 1, "phantom": 1, "hphantom": 1, "vphantom": 1, "label": 1, "tag": 1,
  ]

  /// Those of them that color the group behind them.
  static let colors: Set<String> = ["textcolor", "color", "colorbox", "fcolorbox"]

  /// Commands that are white space.
  static let spaces: Set<String> = [
    ",", ";", ":", ">", " ", "quad", "qquad", "enspace", "enskip", "thinspace", "medspace", "thickspace", "space", "nobreakspace",
  ]

  /// Environments by their names; any other isn't understood.
  static let environments: [String: MathToken.Environment] = [
    "matrix": .matrix, "pmatrix": .matrix, "bmatrix": .matrix, "Bmatrix": .matrix, "smallmatrix": .matrix, "array": .matrix,
    "matrix*": .matrix, "pmatrix*": .matrix, "bmatrix*": .matrix, "psmallmatrix": .matrix, "bsmallmatrix": .matrix,
    "vmatrix": .determinant, "vmatrix*": .determinant, "vsmallmatrix": .determinant,
    "cases": .rows, "aligned": .rows, "align": .rows, "align*": .rows, "gathered": .rows, "equation": .rows, "equation*": .rows,
    "split": .rows,
  ]

  private static let capitals = [
    "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega", "phi", "epsilon", "vartheta", "mu",
  ]

  /// Signs outside of ASCII.
  static let signs: [Unicode.Scalar: MathToken] = {
    let symbols: [Unicode.Scalar: MathToken.Symbol] = [
      "−": .minus, "–": .minus, "‐": .minus, "‑": .minus, "‒": .minus, "﹣": .minus, "➖": .minus, "➕": .plus, "±": .plusMinus,
      "∓": .minusPlus, "×": .times, "·": .times, "⋅": .times, "∙": .times, "∗": .times, "⨯": .times, "✕": .times, "✖": .times,
      "⋆": .times, "・": .times, "∥": .bar, "‖": .bar, "❘": .bar, "º": .degree, "˚": .degree, "≦": .lessOrEqual, "≧": .greaterOrEqual,
      "≅": .equal, "≃": .approximately, "≒": .approximately, "﹪": .percent,
      "÷": .divide, "∕": .divide, "⁄": .divide, "∶": .colon, "°": .degree, "′": .prime, "％": .percent, "…": .ellipsis, "⋯": .ellipsis,
      "⟨": .openAngle, "⟩": .closeAngle, "⌊": .openFloor, "⌋": .closeFloor, "⌈": .openCeiling, "⌉": .closeCeiling, "≠": .notEqual,
      "≤": .lessOrEqual, "⩽": .lessOrEqual, "≥": .greaterOrEqual, "⩾": .greaterOrEqual, "≈": .approximately, "≡": .equal, "∈": .element,
      "∪": .union, "∩": .intersection, "∖": .without, "∅": .emptySet, "ℝ": .reals, "∧": .and, "∨": .or, "，": .comma, "；": .semicolon,
      "：": .colon, "（": .openParenthesis, "）": .closeParenthesis, "＝": .equal, "∣": .bar,
    ]
    var table = symbols.mapValues { MathToken.symbol($0) }
    table["∑"] = .series(.sum)
    table["∏"] = .series(.product)
    table["⊤"] = .symbol(.transpose)
    table["√"] = .squareRoot
    table["∛"] = .cubeRoot
    table["π"] = .constant(.pi)
    table["∞"] = .constant(.infinity)
    for (scalar, name) in zip("ΓΔΘΛΞΠΣΦΨΩϕϵϑµ".unicodeScalars, capitals) { table[scalar] = .letter(name) }
    table["∠"] = .object
    table["△"] = .object
    let greek = Array("αβγδεζηθικλμνξορστυφχψω".unicodeScalars)
    let names = [
      "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "rho",
      "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ]
    // The Greek alphabet's order, π, which is a number, and the final sigma left out.
    for (scalar, name) in zip(greek.filter { $0 != "ς" }, names) { table[scalar] = .letter(name) }
    return table
  }()

  /// Digits, signs and letters written as superscripts.
  static let superscripts: [Unicode.Scalar: MathToken] = small("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵈᵏˡᵐⁿᵖʳˢᵗᵘᵛʷˣʸᶻⁱᵉ", "0123456789+-()abcdklmnprstuvwxyzie")

  /// Digits, signs and letters written as subscripts.
  static let subscripts: [Unicode.Scalar: MathToken] = small("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₓₕₖₗₘₙₚₛₜᵢⱼ", "0123456789+-()axhklmnpstij")

  private static func small(_ signs: String, _ meanings: String) -> [Unicode.Scalar: MathToken] {
    var table: [Unicode.Scalar: MathToken] = [:]
    for (sign, meaning) in zip(signs.unicodeScalars, meanings.unicodeScalars) {
      table[sign] =
        switch meaning {
        case "+": .symbol(.plus)
        case "-": .symbol(.minus)
        case "(": .symbol(.openParenthesis)
        case ")": .symbol(.closeParenthesis)
        case let digit where digit.isASCIIDigit: .digit(UInt8(digit.value - 48))
        case let letter: .letter(String(letter))
        }
    }
    return table
  }

  /// Fractions that are one character.
  static let fractions: [Unicode.Scalar: (UInt8, UInt8)] = [
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6),
    "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
  ]
}
