import ChatTemplates
import Files
import JSON
import Testing

/// Templates that mean harm, or are broken, end in an error that says what and where: no trap, no endless work, bounded memory.
@Suite struct HostileTemplateTests {
  private static func message(of source: String, json: String = #"[{"role":"user","content":"hi"}]"#) -> String {
    do {
      let messages = try JSONReader.value(of: Array(json.utf8), source: "messages")
      let text = try ChatTemplate(source: source, name: "t.jinja").render(try Conversation(messages: messages))
      return "rendered \(text.utf8.count) bytes"
    } catch {
      return "\(error)"
    }
  }

  @Test(
    "Ends in an error",
    arguments: [
      ("{% macro f() %}{{ f() }}{% endmacro %}\n{{ f() }}", "deeper than"),
      ("{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}", "deeper than"),
      ("{% macro f(x=f()) %}{% endmacro %}{{ f() }}", "deeper than"),
      (
        "{% macro f() %}{{ caller() }}{% endmacro %}{% macro g() %}{% call f() %}{{ g() }}{% endcall %}{% endmacro %}{{ g() }}",
        "deeper than"
      ),
      ("{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}", "deeper than"),
      ("{% for a in range(10**9) %}{% endfor %}", "range of 1000000000"),
      ("{{ range(-9223372036854775807, 9223372036854775807, 3)|length }}", "at most 100000"),
      ("{% set n = namespace(s='ab') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}", "a text of"),
      ("{% set n = namespace(l=[1]) %}{% for i in range(99) %}{% set n.l = n.l + n.l %}{% endfor %}", "a list of"),
      ("{% set n = namespace(l=[1]) %}{% for i in range(99) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l }}", "lists or dictionaries"),
      ("{% set n = namespace(l=[]) %}{% for i in range(9999) %}{% set n.l = [n.l] %}{% endfor %}{{ n.l }}", "nested deeper"),
      ("{% set n = namespace(l={}) %}{% for i in range(9999) %}{% set n.l = {'a': n.l} %}{% endfor %}", "nested deeper"),
      ("{% set n = namespace(l={}) %}{% for i in range(9999) %}{% set n.l = {'a': n.l.get} %}{% endfor %}", "nested deeper"),
      (
        "{% set n = namespace(l={}) %}{% for i in range(9999) %}{% set n.l = {'a': n.l.items()} if i % 2 else {'a': n.l} %}{% endfor %}",
        "nested deeper"
      ),
      ("{% set n = namespace() %}{% set n.n = n %}{{ n }}", "hold one another"),
      (
        "{% set n = namespace(g=[1]) %}{% for i in range(9999) %}{% set n.g = n.g|map('string') %}{% endfor %}{{ n.g|list }}", "deeper than"
      ),
      ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "steps"),
      ("{% for a in range(99999) %}{{ 'xxxxxxxxxxxxxxxx' * 999999 }}{% endfor %}", "longer than"),
      ("{{ 'a' * 10**12 }}", "a text of"), ("{{ [1] * 10**12 }}", "a list of"), ("{{ 'a' * 9223372036854775807 }}", "a text of"),
      ("{{ '%99999999999d' % 1 }}", "too big"), ("{{ '%*d' % (10**12, 1) }}", "a text of"),
      ("{{ '{:99999999999}'.format(1) }}", "Too many"),
      ("{{ '{:999999999}'.format(1) }}", "Too many"), ("{{ '%.999999f' % 1.5 }}", "precision"), ("{{ 'a'.center(10**12) }}", "a text of"),
      ("{{ 'a'|indent(10**12) }}", "a text of"), ("{{ [1]|tojson(indent=10**12) }}", "a text of"), ("{{ 1.5|round(10**12) }}", "precision"),
      ("{{ ('a' * 9999999).replace('', 'b' * 9999999) }}", "a text of"),
      ("{{ ('b' * 9999999).join(range(99)|map('string')) }}", "a text of"),
      ("{{ [1]|batch(10**12, 0)|list }}", "a list of"), ("{{ [1]|slice(10**12)|list }}", "a list of"),
      ("{{ 9223372036854775807 + 1 }}", "64 bits"), ("{{ -9223372036854775807 - 2 }}", "64 bits"),
      ("{{ 9223372036854775807 * 2 }}", "64 bits"),
      ("{{ (-9223372036854775807 - 1) // -1 }}", "64 bits"), ("{{ 99 ** 99 }}", "64 bits"),
      ("{{ (-9223372036854775807 - 1)|abs }}", "64 bits"),
      ("{{ 99999999999999999999 }}", "64 bits"), ("{{ '99999999999999999999'|int }}", "64 bits"), ("{{ 1e300|int }}", "64 bits"),
      ("{{ 10.0 ** 999 }}", "too large"), ("{{ 1 // 0 }}", "modulo by zero"), ("{{ 1 / 0 }}", "division by zero"),
      ("{{ 1.0 % 0 }}", "modulo by zero"), ("{{ [1][::0] }}", "zero"), ("{{ range(1, 2, 0) }}", "zero"),
      ("{{ [1].append(2) }}", "unsafe"), ("{{ {}.update({}) }}", "unsafe"), ("{{ messages.clear() }}", "unsafe"),
      ("{{ ''.__class__.__mro__ }}", "no attribute"), ("{{ {}.x.y }}", "no attribute 'x'"), ("{{ 'a' + 1 }}", "unsupported operand"),
      ("{{ messages[0].content.nope() }}", "no attribute 'nope'"), ("{{ nope() }}", "'nope' is undefined"), ("{{ 1() }}", "not callable"),
    ]) func endsInAnError(_ source: String, _ expected: String)
  {
    let message = Self.message(of: source)
    #expect(message.contains(expected), "\(source): \(message)")
    #expect(message.hasPrefix("t.jinja: line "), "\(source): \(message)")
  }

  @Test(
    "Names the line and the construct",
    arguments: [
      ("a\n\n{% include 'x' %}", "t.jinja: line 3: the tag \"include\" is not supported"),
      ("{% import 'x' as y %}", "t.jinja: line 1: the tag \"import\" is not supported"),
      ("{% extends 'x' %}", "t.jinja: line 1: the tag \"extends\" is not supported"),
      ("{% nope %}", "t.jinja: line 1: the tag \"nope\" is not known here"),
      ("\n{{ 1|nope }}", "t.jinja: line 2: the filter \"nope\" is not supported"),
      ("\n{{ 1 is nope }}", "t.jinja: line 2: the test \"nope\" is not supported"),
      ("{{ [1]|map('nope')|list }}", "t.jinja: line 1: the filter \"nope\" is not supported"),
      ("{{ 'a'.encode() }}", "t.jinja: line 1: the method 'encode' of 'str' is not supported"),
      ("\n{% if true %}\n{{ 1|nope }}{% endif %}", "t.jinja: line 3: the filter \"nope\" is not supported"),
      ("x\n{% if a %}", "t.jinja: line 2: the template ends inside a block, expected \"{% elif %}\" or \"{% else %}\" or \"{% endif %}\""),
      ("{{ a", "t.jinja: line 1: a tag without its end, expected \"}}\""),
      ("{% if a", "t.jinja: line 1: a tag without its end, expected \"%}\""),
      ("{# a", "t.jinja: line 1: a comment without its end, expected \"#}\""),
      ("\n{% raw %} a", "t.jinja: line 2: a raw block without its end, expected \"{% endraw %}\""),
      ("{{ 'a }}", "t.jinja: line 1: a text without its end, expected '"),
      ("{{ a $ b }}", "t.jinja: line 1: the character '$' is not part of the template language"),
      ("{{ (1] }}", "t.jinja: line 1: unexpected ']', expected ')'"),
      ("{{ 1 2 }}", "t.jinja: line 1: expected '}}', found '2'"),
      ("{% break %}", "t.jinja: line 1: the tag \"break\" outside of a loop"),
      ("{% set 1 = 2 %}", "t.jinja: line 1: cannot assign to '1'"),
      ("{{ '\\ud800' }}", "t.jinja: line 1: the escape of d800 is not a character"),
    ]) func namesTheLineAndTheConstruct(_ source: String, _ expected: String)
  {
    #expect(Self.message(of: source) == expected)
  }

  @Test(arguments: [
    ("{{ ", "(", " }}"), ("{{ ", "[", "] }}"), ("{{ ", "{1:", " }}"), ("{{ ", "not ", "1 }}"), ("{{ ", "-", "1 }}"),
    ("{{ ", "1 if 1 else ", "1 }}"),
    ("{{ a", ".a", " }}"), ("{{ a", "[0]", " }}"), ("{{ a", "[a", "] }}"), ("{{ a", "()", " }}"), ("{{ a", "|e", " }}"),
    ("{{ a", " is divisibleby a", " }}"), ("{{ a", "(a", " }}"), ("", "{% if 1 %}", ""), ("", "{% for a in b %}", ""),
    ("", "{% macro f() %}", ""), ("", "{% set a %}", ""), ("", "{% filter e %}", ""), ("{% set ", "(", "a %}"),
    ("{% for ", "(", "a in b %}"),
    ("", "{{", ""), ("", "{%", ""),
  ]) func readsNoDeeperThanItsBounds(_ opening: String, _ unit: String, _ closing: String) {
    let source = opening + String(repeating: unit, count: 100_000) + closing
    #expect(throws: FileError.self) { try ChatTemplate(source: source, name: "t.jinja") }
  }

  @Test("Reads no more than its bound") func readsNoMoreThanItsBound() {
    #expect(throws: FileError.self) { try ChatTemplate(source: String(repeating: "a", count: 5 << 20), name: "t.jinja") }
  }

  @Test("Takes long chains") func takesLongChains() throws {
    let parts = Array(repeating: "'a'", count: 20_000)
    #expect(Self.message(of: "{{ " + parts.joined(separator: " + ") + " }}") == "rendered 20000 bytes")
    #expect(Self.message(of: "{{ " + parts.joined(separator: " ~ ") + " }}") == "rendered 20000 bytes")
    #expect(Self.message(of: "{{ " + parts.joined(separator: " and ") + " }}") == "rendered 1 bytes")
    #expect(
      Self.message(of: "{% if 0 %}" + String(repeating: "{% elif 0 %}", count: 20_000) + "{% else %}x{% endif %}") == "rendered 1 bytes")
  }

  @Test("Recurses as deep as a schema does") func recursesAsDeepAsASchemaDoes() {
    let source = "{% macro f(n) %}{% if n %}{% for x in [1] %}{{ '<' ~ f(n - 1) }}{% endfor %}{% endif %}{% endmacro %}{{ f(60) }}"
    #expect(Self.message(of: source) == "rendered 60 bytes")
  }

  @Test("Escapes control characters in messages") func escapesControlCharactersInMessages() {
    #expect(!Self.message(of: "{{ messages[0]['\u{1B}[2J\n'].x }}").contains("\n"))
  }
}
